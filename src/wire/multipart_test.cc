#include "wire/multipart.h"

#include <gtest/gtest.h>

namespace peregrine::wire {
namespace {

TEST(MultipartTest, IsWhatRfc7578Says) {
  Multipart parts;
  ASSERT_TRUE(parts.add_field("name", "Anna"));
  ASSERT_TRUE(parts.add_file("doc", "a \"b\".pdf", "application/pdf", std::string("\0x", 2)));
  EXPECT_EQ(parts.type(), "multipart/form-data; boundary=----peregrine-boundary");
  EXPECT_EQ(parts.body(),
            std::string("------peregrine-boundary\r\n"
                        "Content-Disposition: form-data; name=\"name\"\r\n\r\nAnna\r\n"
                        "------peregrine-boundary\r\n"
                        "Content-Disposition: form-data; name=\"doc\"; "
                        "filename=\"a %22b%22.pdf\"\r\nContent-Type: application/pdf\r\n\r\n") +
                std::string("\0x", 2) + "\r\n------peregrine-boundary--\r\n");
}

TEST(MultipartTest, TheBoundaryIsInNoPart) {
  Multipart parts;
  ASSERT_TRUE(parts.add_field("a", "x ----peregrine-boundary y"));
  ASSERT_TRUE(parts.add_field("b", "----peregrine-boundary-1"));
  const std::string boundary = parts.type().substr(parts.type().find('=') + 1);
  EXPECT_FALSE(std::string("x ----peregrine-boundary y").contains(boundary));
  EXPECT_FALSE(std::string("----peregrine-boundary-1").contains(boundary));
  EXPECT_TRUE(parts.body().ends_with("--" + boundary + "--\r\n"));
}

TEST(MultipartTest, HeadersCannotBeForged) {
  Multipart parts;
  EXPECT_FALSE(parts.add_file("a", "b", "text/plain\r\nX: y", ""));
  ASSERT_TRUE(parts.add_field("a\r\nX: y", ""));
  EXPECT_TRUE(parts.body().contains("name=\"a%0D%0AX: y\""));
}

TEST(MultipartTest, IsReadAsItIsWritten) {
  Multipart parts;
  ASSERT_TRUE(parts.add_field("name", "Anna\r\n--x"));
  ASSERT_TRUE(parts.add_field("empty", ""));
  ASSERT_TRUE(parts.add_file("doc", "a.pdf", "application/pdf", std::string("\0\r\n", 3)));
  const auto read = parse_multipart(parts.type(), parts.body());
  ASSERT_TRUE(read) << read.error().to_string();
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ((*read)[0].name, "name");
  EXPECT_EQ((*read)[0].bytes, "Anna\r\n--x");
  EXPECT_FALSE((*read)[0].file);
  EXPECT_EQ((*read)[1].bytes, "");
  EXPECT_EQ((*read)[2].file, "a.pdf");
  EXPECT_EQ((*read)[2].type, "application/pdf");
  EXPECT_EQ((*read)[2].bytes, std::string("\0\r\n", 3));
}

TEST(MultipartTest, QuotesAndLineEndsInNamesAreReadAsTheyAreWritten) {
  const std::string name = "C:\\a \"b\"\r\nc; d=%2";
  Multipart parts;
  ASSERT_TRUE(parts.add_file(name, name, "", ""));
  const auto read = parse_multipart(parts.type(), parts.body());
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->front().name, name);
  EXPECT_EQ(read->front().file, name);
}

TEST(MultipartTest, AParameterWithoutAValueHidesNoOther) {
  const auto read =
      parse_multipart("multipart/form-data; boundary=b",
                      "--b\r\nContent-Disposition: form-data; x; name=\"a\"; y\r\n\r\n1\r\n--b--");
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->front().name, "a");
}

// The second boundary would be a header of the first part otherwise, and the first part all of the
// body.
TEST(MultipartTest, ABoundaryDirectlyBehindAnotherIsRefused) {
  EXPECT_FALSE(parse_multipart(
      "multipart/form-data; boundary=\"b:c\"",
      "--b:c\r\n--b:c\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b:c--"));
}

TEST(MultipartTest, WhatIsAroundThePartsIsPassedOver) {
  const auto read =
      parse_multipart("Multipart/Form-Data; charset=utf-8; boundary=\"x y\"",
                      "preamble\r\n--x y \r\n"
                      "content-disposition: form-data; filename=f; name=\"a\\\"b\"\r\n"
                      "X-Other: 1\r\n\r\n1\r\n--x y--\r\nepilogue");
  ASSERT_TRUE(read) << read.error().to_string();
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ((*read)[0].name, "a\"b");
  EXPECT_EQ((*read)[0].file, "f");
  EXPECT_EQ((*read)[0].bytes, "1");
}

TEST(MultipartTest, WhatIsNoFormIsRefused) {
  const std::string type = "multipart/form-data; boundary=b";
  EXPECT_FALSE(parse_multipart("multipart/form-data", "--b--"));
  EXPECT_FALSE(parse_multipart(type, ""));
  EXPECT_FALSE(parse_multipart(type, "--b"));
  EXPECT_FALSE(parse_multipart(type, "--b\r\n"));
  EXPECT_FALSE(parse_multipart(type, "--b\r\n\r\nnameless\r\n--b--"));
  EXPECT_FALSE(parse_multipart(type, "--b\r\nbroken\r\n\r\nx\r\n--b--"));
  EXPECT_TRUE(parse_multipart(type, "--b--")->empty());
  std::string many;
  for (size_t i = 0; i <= kMostFormParts; ++i) {
    many += "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
  }
  EXPECT_EQ(parse_multipart(type, many + "--b--").error().code, base::Code::limit);
}

}  // namespace
}  // namespace peregrine::wire
