#include "lang/project.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace peregrine::lang {

namespace {

namespace fs = std::filesystem;

// One file is too large to be read, and is not asked for.
TEST(Project, OfTooManyFilesNoneIsRead) {
  const fs::path folder = fs::path(testing::TempDir()) / fmt::format("project-{}", getpid());
  fs::create_directories(folder);
  std::ofstream(folder / "system.yaml") << "system: s\n";
  for (int i = 0; i < 10'001; ++i) std::ofstream(folder / fmt::format("{}.yaml", i));
  fs::resize_file(folder / "0.yaml", Source::kMaxBytes + 1);
  Diagnostics diagnostics;
  EXPECT_FALSE(read_project({folder.string()}, {}, diagnostics));
  fs::remove_all(folder);
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics.sorted().front().message, "more than 10000 YAML files");
}

}  // namespace

}  // namespace peregrine::lang
