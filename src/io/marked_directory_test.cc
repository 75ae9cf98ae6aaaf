#include "io/marked_directory.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace peregrine::io {
namespace {

std::string marked_directory() {
  std::string path = std::filesystem::temp_directory_path() / "peregrine-test-XXXXXX";
  EXPECT_TRUE(mkdtemp(path.data()));
  std::ofstream(path + "/" + kMarkerName) << "test\n";
  return path;
}

TEST(MarkedDirectoryTest, RemovesNothingWithoutItsMarker) {
  const std::string directory = marked_directory();
  std::filesystem::create_directory(directory + "/inner");
  EXPECT_EQ(remove_marked_directory(directory + "/inner").error().code, base::Code::refused);
  EXPECT_TRUE(std::filesystem::exists(directory + "/inner"));
  EXPECT_FALSE(remove_marked_directory("/"));
  EXPECT_TRUE(remove_marked_directory(directory));
  EXPECT_TRUE(remove_marked_directory(directory));
}

TEST(MarkedDirectoryTest, DoesNotFollowLinks) {
  const std::string kept = marked_directory();
  const std::string directory = marked_directory();
  std::filesystem::create_directory_symlink(kept, directory + "/link");
  const std::string link = directory + "-link";
  std::filesystem::create_directory_symlink(kept, link);
  EXPECT_FALSE(remove_marked_directory(link));
  EXPECT_TRUE(remove_marked_directory(directory));
  EXPECT_TRUE(std::filesystem::exists(kept + "/" + kMarkerName));
  std::filesystem::remove(link);
  EXPECT_TRUE(remove_marked_directory(kept));
}

}  // namespace
}  // namespace peregrine::io
