// npm's packages, installed from tests/foreign/ into build/foreign/. Skipped without Node, and
// where the registry is not reachable.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "io/foreign_program.h"
#include "io/frames.h"

namespace peregrine {

using namespace std::chrono_literals;

// npm's words when it fails.
inline constexpr const char* kInstall =
    "cd build && mkdir -p foreign && cd foreign && here=../../tests/foreign && "
    "{ [ -e node_modules/ws ] && cmp -s package-lock.json $here/package-lock.json || "
    "{ cp $here/package*.json . && timeout 100 npm ci --ignore-scripts --no-audit --no-fund "
    "--fetch-retries=1 --fetch-timeout=20000; } >npm.log 2>&1 || cat npm.log; }";

class NpmTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"node", "npm"}) {
      if (!io::ForeignProgram::installed(program)) GTEST_SKIP() << program << " is not installed";
    }
    const bool root = std::filesystem::exists("tests/foreign/package-lock.json");
    ASSERT_TRUE(root) << "to be run in the repository's folder";
    const base::Result<std::string> said = loop_->run(install(*loop_));
    ASSERT_TRUE(said) << said.error().to_string();
    for (const char* mistake : {"EINTEGRITY", "EUSAGE", "EJSONPARSE"}) {
      ASSERT_EQ(said->find(mistake), std::string::npos) << *said;
    }
    if (!said->empty()) GTEST_SKIP() << "npm's packages cannot be installed: " << *said;
  }
  void TearDown() override { EXPECT_EQ(io::frames::alive(), 0U); }
  static io::Task<base::Result<std::string>> install(io::Loop& loop) {
    io::ForeignProgram npm(loop, kInstall);
    co_return co_await npm.read_until("", loop.in(120s));
  }
  static std::string node(std::string_view script) {
    return fmt::format("NODE_PATH=build/foreign/node_modules exec timeout 60 node -e '{}'", script);
  }

  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
};

}  // namespace peregrine
