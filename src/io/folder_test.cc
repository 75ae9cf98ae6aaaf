#include "io/folder.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace peregrine::io {
namespace {

namespace fs = std::filesystem;

using base::Code;

class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    std::string name = (fs::temp_directory_path() / "folder.XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~FolderTest() override { fs::remove_all(path_); }

  Folder open() const { return *Folder::open(path_.string()); }
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
  }
  size_t entries() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(path_), {}));
  }

  fs::path path_;
};

TEST_F(FolderTest, WhatIsWrittenIsReadAndNothingElseIsLeft) {
  const Folder folder = open();
  ASSERT_TRUE(folder.write("a", "one"));
  ASSERT_TRUE(folder.write("a", "two"));
  EXPECT_EQ(*folder.read("a", 3), "two");
  EXPECT_EQ(entries(), 1U);
  EXPECT_EQ(folder.read("a", 2).error().code, Code::limit);
  EXPECT_EQ(folder.read("b", 2).error().code, Code::not_found);
}

TEST_F(FolderTest, ANewFileTakesNobodysName) {
  const Folder folder = open();
  EXPECT_TRUE(*folder.write_new("a", "one"));
  EXPECT_FALSE(*folder.write_new("a", "two"));
  EXPECT_EQ(*folder.read("a", 10), "one");
  fs::create_symlink("nowhere", path_ / "b");
  EXPECT_FALSE(*folder.write_new("b", "two"));
  EXPECT_EQ(entries(), 2U);
}

TEST_F(FolderTest, NoLinkIsFollowed) {
  fs::create_directory(path_ / "real");
  put("real/a", "secret");
  fs::create_directory_symlink("real", path_ / "link");
  fs::create_symlink("real/a", path_ / "a");
  const Folder folder = open();
  EXPECT_EQ(folder.inner("link").error().code, Code::refused);
  EXPECT_EQ(folder.make_inner("link").error().code, Code::refused);
  EXPECT_EQ(folder.read("a", 10).error().code, Code::refused);
  ASSERT_TRUE(folder.write("a", "mine"));  // in the link's place
  EXPECT_EQ(*folder.inner("real")->read("a", 10), "secret");
}

TEST_F(FolderTest, AFolderIsMadeOnce) {
  const Folder folder = open();
  EXPECT_EQ(folder.inner("x").error().code, Code::not_found);
  ASSERT_TRUE(folder.make_inner("x"));
  ASSERT_TRUE(folder.make_inner("x")->write("a", "one"));
  put("file", "");
  EXPECT_EQ(folder.make_inner("file").error().code, Code::refused);
}

TEST_F(FolderTest, TheLastChangedFileIsFirst) {
  const Folder folder = open();
  for (const char* name : {"a", "c", "b"}) ASSERT_TRUE(folder.write(name, name));
  const auto now = fs::last_write_time(path_ / "a");
  fs::last_write_time(path_ / "c", now + std::chrono::seconds(1));
  fs::last_write_time(path_ / "b", now + std::chrono::seconds(2));
  fs::create_directory(path_ / "x");
  fs::create_symlink("a", path_ / "y");
  std::string names;
  for (const Folder::File& file : folder.files()) names += file.name;
  EXPECT_EQ(names, "bca");
  folder.remove("c");
  EXPECT_EQ(folder.files().size(), 2U);
}

}  // namespace
}  // namespace peregrine::io
