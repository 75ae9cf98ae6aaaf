#include "lang/files_beside.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace peregrine::lang {
namespace {

namespace fs = std::filesystem;

class FilesBesideTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / fmt::format("beside-{}", getpid());
    fs::create_directories(root_ / "project" / "journeys");
    write("outside.txt", "outside");
    write("project-2.txt", "outside");
    write("project/system.yaml", "");
    write("project/key.pem", "key");
    write("project/journeys/users.csv", std::string("a\0b", 3));
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  // The file's bytes, or the error with the folder of this test cut out.
  std::string read(std::string_view path, const std::string& from = "project/journeys/a.yaml") {
    const Source source(root_ / from, "");
    const auto bytes = read_beside(source, path);
    if (bytes) return *bytes;
    std::string text = bytes.error().text;
    if (const size_t at = text.find(root_.string()); at != text.npos) {
      text.replace(at, root_.string().size(), "ROOT");
    }
    return text;
  }

  fs::path root_;
};

TEST_F(FilesBesideTest, ReadsWhatLiesInTheProject) {
  EXPECT_EQ(read("users.csv"), std::string("a\0b", 3));
  EXPECT_EQ(read("./../journeys/users.csv"), std::string("a\0b", 3));
  EXPECT_EQ(read("../key.pem"), "key");
  EXPECT_EQ(read("key.pem", "project/system.yaml"), "key");
}

TEST_F(FilesBesideTest, StaysInTheProject) {
  const std::string outside = "it lies outside of the folder of system.yaml";
  EXPECT_EQ(read("../../outside.txt"), outside);
  EXPECT_EQ(read("../../project-2.txt"), outside);
  EXPECT_EQ(read("x/../../../outside.txt"), outside);
  EXPECT_EQ(read("../outside.txt", "project/system.yaml"), outside);
  const std::string relative = "a path starts from the folder of this file, without a `/`";
  EXPECT_EQ(read((root_ / "project/key.pem").string()), relative);
  EXPECT_EQ(read(""), relative);
}

TEST_F(FilesBesideTest, WithoutASystemItStaysInItsFolder) {
  fs::remove(root_ / "project/system.yaml");
  EXPECT_EQ(read("users.csv"), std::string("a\0b", 3));
  EXPECT_EQ(read("../key.pem"), "it lies outside of the folder of system.yaml");
}

TEST_F(FilesBesideTest, SaysWhatIsNotThere) {
  EXPECT_EQ(read("no.csv"), "there is no file ROOT/project/journeys/no.csv");
  EXPECT_EQ(read("../journeys"), "there is no file ROOT/project/journeys");
}

TEST_F(FilesBesideTest, IsBounded) {
  const auto large = root_ / "project/large.bin";
  write("project/large.bin", "");
  fs::resize_file(large, kMaxFileBytes);
  EXPECT_EQ(read("../large.bin").size(), kMaxFileBytes);
  fs::resize_file(large, kMaxFileBytes + 1);
  EXPECT_EQ(read("../large.bin"), "it is larger than 64 MiB");
}

}  // namespace
}  // namespace peregrine::lang
