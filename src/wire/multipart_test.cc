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

}  // namespace
}  // namespace peregrine::wire
