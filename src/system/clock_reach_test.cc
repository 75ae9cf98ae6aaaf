#include "system/clock_reach.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>

namespace peregrine::system {
namespace {

class ClockReach : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(mkdtemp(folder_)); }
  void TearDown() override {
    for (const char* name : {"script", "program"}) unlink(path(name).c_str());
    rmdir(folder_);
  }

  std::string path(const std::string& name) const { return std::string(folder_) + "/" + name; }
  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(path(name), std::ios::binary) << bytes;
    chmod(path(name).c_str(), 0755);
  }
  // A program of these parts alone, each with its bytes.
  static std::string elf(const std::vector<std::pair<uint32_t, std::string>>& parts) {
    Elf64_Ehdr head{};
    std::memcpy(head.e_ident, ELFMAG, SELFMAG);
    head.e_ident[EI_CLASS] = ELFCLASS64;
    head.e_phoff = sizeof(head);
    head.e_phentsize = sizeof(Elf64_Phdr);
    head.e_phnum = static_cast<uint16_t>(parts.size());
    std::string bytes(reinterpret_cast<const char*>(&head), sizeof(head));
    size_t at = sizeof(head) + parts.size() * sizeof(Elf64_Phdr);
    std::string rest;
    for (const auto& [type, content] : parts) {
      Elf64_Phdr part{};
      part.p_type = type;
      part.p_offset = at;
      part.p_filesz = content.size();
      bytes.append(reinterpret_cast<const char*>(&part), sizeof(part));
      at += content.size();
      rest += content;
    }
    return bytes + rest;
  }
  std::string why(const std::string& word) const {
    return why_clock_is_not_seen({{word}, {std::string("PATH=/nowhere:") + folder_}, folder_})
        .value_or("");
  }

  char folder_[32] = "/tmp/clock-reach-XXXXXX";
};

const std::string kLoader("/lib64/ld-linux-x86-64.so.2\0", 28);

TEST_F(ClockReach, OrdinaryProgramsAndWhatIsNoneAreNotRefused) {
  EXPECT_EQ(why("/proc/self/exe"), "");
  EXPECT_EQ(why("/bin/sh"), "");
  EXPECT_EQ(why("not-there"), "");
  EXPECT_EQ(why(""), "");
  write("program", "just text");
  EXPECT_EQ(why("program"), "");
  write("program", elf({{PT_INTERP, kLoader}}));
  EXPECT_EQ(why("program"), "");
  write("program", elf({{PT_INTERP, kLoader}}).substr(0, 70));
  EXPECT_EQ(why("program"), "");
  EXPECT_FALSE(why_clock_is_not_seen({}));
}

TEST_F(ClockReach, WhatNothingCanBeLoadedIntoIsNamed) {
  write("program", elf({{PT_LOAD, "code"}}));
  EXPECT_TRUE(why("program").starts_with("is linked statically")) << why("program");
  EXPECT_TRUE(why("./program").starts_with("is linked statically"));
  write("program", elf({{PT_INTERP, std::string("/lib/ld-musl-x86_64.so.1\0", 25)}}));
  EXPECT_TRUE(why("program").starts_with("is linked with musl")) << why("program");
  const std::string note("\4\0\0\0\2\0\0\0\4\0\0\0Go\0\0id", 18);
  write("program", elf({{PT_INTERP, kLoader}, {PT_NOTE, note}}));
  EXPECT_TRUE(why("program").starts_with("is a Go program")) << why("program");
}

TEST_F(ClockReach, OfAScriptItsInterpreterIsLookedAt) {
  write("program", elf({{PT_LOAD, "code"}}));
  write("script", "#!" + path("program") + " -x\n");
  EXPECT_TRUE(why("script").starts_with("is linked statically")) << why("script");
  write("script", "#!/usr/bin/env program\n");
  EXPECT_TRUE(why("script").starts_with("is linked statically")) << why("script");
  write("script", "#!/bin/sh\n");
  EXPECT_EQ(why("script"), "");
  write("script", "#!" + path("script") + "\n");
  EXPECT_EQ(why("script"), "");
}

}  // namespace
}  // namespace peregrine::system
