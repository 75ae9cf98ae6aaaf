#include "system/private_directory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "io/marked_directory.h"

namespace peregrine::system {
namespace {

TEST(PrivateDirectoryTest, OnlyThoseOfDeadRunsAreRemoved) {
  auto ours = PrivateDirectory::create();
  ASSERT_TRUE(ours);
  auto dead = PrivateDirectory::create();
  ASSERT_TRUE(dead);
  std::ifstream marker(dead->path() + "/" + io::kMarkerName);
  std::string pid;
  std::string rest;
  marker >> pid;
  std::getline(marker, rest);
  marker.close();
  // The same number, started at another time: the number was given to another process since.
  std::ofstream(dead->path() + "/" + io::kMarkerName)
      << pid << " 1" << rest.substr(rest.find(' ', 1)) << '\n';
  const std::string unmarked = "/tmp/peregrine-unmarked-" + pid;
  std::filesystem::create_directory(unmarked);
  EXPECT_GE(remove_leftover_directories(), 1U);
  EXPECT_FALSE(std::filesystem::exists(dead->path()));
  EXPECT_TRUE(std::filesystem::exists(ours->path()));
  EXPECT_TRUE(std::filesystem::exists(unmarked));
  std::filesystem::remove(unmarked);
}

}  // namespace
}  // namespace peregrine::system
