#include <gtest/gtest.h>

#include "lang/cel/evaluate.h"

namespace peregrine::lang::cel {
namespace {

// With files that exist only here.
std::string read(std::string_view text) {
  const Options options = {.read_file = [](std::string_view path) -> base::Result<std::string> {
    if (path == "users.csv") return "id,name\n1,Anna\n2,Ben\n";
    if (path == "bad.csv") return "id,name\n1\n";
    if (path == "picture.png") return std::string("\x89PNG\0", 5);
    return base::fail(base::Code::not_found, "there is no file {}", path);
  }};
  return evaluate(text, "2025-06-04T09:00:00Z", "UTC", options);
}

TEST(FileMacrosTest, AFileIsItsBytes) {
  EXPECT_EQ(read("file('picture.png')"), std::string("\x89PNG\0", 5));
  EXPECT_EQ(read("size(file('picture' + '.png'))"), "5");
  EXPECT_EQ(read("string(file('users.csv'))"), "id,name\n1,Anna\n2,Ben\n");
}

TEST(FileMacrosTest, CsvIsAListOfMaps) {
  EXPECT_EQ(read("csv('users.csv')"), R"([{"id":"1","name":"Anna"},{"id":"2","name":"Ben"}])");
  EXPECT_EQ(read("cycle(csv('users.csv'), 3).name"), "Ben");
  EXPECT_EQ(read("csv('bad.csv')"), "mistake: bad.csv: line 2: 1 cell, and the header has 2");
}

TEST(FileMacrosTest, APathIsALiteralOfAFileThatIsThere) {
  EXPECT_EQ(read("file('no.png')"), "mistake: cannot read `no.png`: there is no file no.png");
  EXPECT_EQ(read("file(string(now()))"), "mistake: `file` takes a path as it is, in quotes");
  EXPECT_EQ(read("csv(1)"), "mistake: `csv` takes a path as it is, in quotes");
  EXPECT_EQ(read("['a'].map(x, file(x))"), "mistake: `file` takes a path as it is, in quotes");
  EXPECT_EQ(evaluate("file('users.csv')"), "mistake: no file can be read here");
}

}  // namespace
}  // namespace peregrine::lang::cel
