// Content codings as the programs gzip, brotli and zstd write them. Skipped where one is missing.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "wire/content_coding.h"
#include "wire/foreign_peer.h"

namespace peregrine::wire {
namespace {

namespace fs = std::filesystem;

// A file that compresses well in some places and not at all in others.
std::string mixed_text() {
  std::string text;
  base::Random random(20250609);
  while (text.size() < 700'000) {
    text.append(random.below(5000), static_cast<char>('a' + random.below(26)));
    for (uint64_t i = random.below(3000); i > 0; --i) text += static_cast<char>(random.below(256));
  }
  return text;
}

class ContentCodingForeignTest : public testing::Test {
 protected:
  ContentCodingForeignTest() {
    std::string name = (fs::temp_directory_path() / "peregrine-coding-XXXXXX").string();
    base::check(mkdtemp(name.data()) != nullptr, "no folder for the test");
    folder_ = name;
    std::ofstream(folder_ / "text", std::ios::binary) << text_;
  }
  ~ContentCodingForeignTest() override { fs::remove_all(folder_); }

  // What a program that reads the file `text` and is told to write to its output writes.
  std::optional<std::string> written(std::vector<std::string> command) {
    command.push_back((folder_ / "text").string());
    foreign::Program program(std::move(command));
    if (!program.started()) return std::nullopt;
    auto [output, code] = program.finish();
    constexpr int kNotFound = 127;  // of a shell
    if (code == kNotFound) return std::nullopt;
    EXPECT_EQ(code, 0) << output;
    return output;
  }
  void expect_read(Coding coding, const std::vector<std::string>& command) {
    const std::optional<std::string> bytes = written(command);
    if (!bytes) GTEST_SKIP() << command.front() << " is not installed";
    EXPECT_LT(bytes->size(), text_.size());
    base::Result<std::string> read = decode_body(std::array{coding}, *bytes);
    ASSERT_TRUE(read) << read.error().to_string();
    EXPECT_TRUE(*read == text_);
  }

  const std::string text_ = mixed_text();
  fs::path folder_;
};

TEST_F(ContentCodingForeignTest, ReadsGzip) { expect_read(Coding::gzip, {"gzip", "-9c"}); }

TEST_F(ContentCodingForeignTest, ReadsBrotli) { expect_read(Coding::br, {"brotli", "-c"}); }

TEST_F(ContentCodingForeignTest, ReadsZstd) {
  expect_read(Coding::zstd, {"zstd", "-qc", "--check", "-9"});
}

TEST_F(ContentCodingForeignTest, AZstdWindowBeyondThatOfHttpIsRefused) {
  // From a pipe, so that it cannot know how little a window would do.
  const std::optional<std::string> bytes = written({"sh", "-c", "cat \"$0\" | zstd -qc --long=27"});
  if (!bytes) GTEST_SKIP() << "zstd is not installed";
  base::Result<std::string> read = decode_body(std::array{Coding::zstd}, *bytes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().to_string(),
            "the zstd of the body is broken: Frame requires too much memory for decoding");
}

}  // namespace
}  // namespace peregrine::wire
