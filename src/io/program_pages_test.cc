#include "io/program_pages.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace peregrine::io {
namespace {

// Of files, in KiB.
long resident_of_files() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:")) return std::stol(line.substr(8));
  }
  return -1;
}

TEST(ProgramPages, AreGivenBackAndComeAgain) {
  const long before = resident_of_files();
  give_back_program_pages();
  const long after = resident_of_files();
  EXPECT_LT(after, before * 3 / 4) << "of " << before << " KiB";
  EXPECT_GT(after, 0);
}

}  // namespace
}  // namespace peregrine::io
