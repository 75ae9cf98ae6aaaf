#include "base/csv.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace peregrine::base {
namespace {

// The rows as JSON, or the error.
std::string read(std::string_view text) {
  const Result<Value> rows = parse_csv(text);
  return rows ? to_json(*rows) : rows.error().text;
}

// RFC 4180, section 2.
TEST(Csv, RowsByTheNamesOfTheHeader) {
  EXPECT_EQ(read("a,b\r\n1,2\r\n3,\r\n"), R"([{"a":"1","b":"2"},{"a":"3","b":""}])");
  EXPECT_EQ(read("a,b\n1,2"), R"([{"a":"1","b":"2"}])");
  EXPECT_EQ(read("a"), "[]");
  EXPECT_EQ(read("a b,ü\n x , y \n"), R"([{"a b":" x ","ü":" y "}])");
}

TEST(Csv, QuotedCells) {
  EXPECT_EQ(read("\"a\",\"b,c\"\n\"say \"\"x\"\"\",\"two\r\nlines\"\n\"\",\"\"\"\"\n"),
            R"([{"a":"say \"x\"","b,c":"two\r\nlines"},{"a":"","b,c":"\""}])");
}

TEST(Csv, EmptyLinesAreNoRows) {
  EXPECT_EQ(read("\n\na\n\n1\r\n\r\n\"\"\n\n"), R"([{"a":"1"},{"a":""}])");
  EXPECT_EQ(read("\xef\xbb\xbf"
                 "a\n1\n"),
            R"([{"a":"1"}])");
}

TEST(Csv, MistakesHaveTheirLine) {
  EXPECT_EQ(read(""), "it has no header row");
  EXPECT_EQ(read("\xef\xbb\xbf\r\n"), "it has no header row");
  EXPECT_EQ(read("a,b\n1,2\n\n3\n"), "line 4: 1 cell, and the header has 2");
  EXPECT_EQ(read("a\n\"x\n\ny\"\n1,2\n"), "line 5: 2 cells, and the header has 1");
  EXPECT_EQ(read("a,,b\n"), "the header names no column 2");
  EXPECT_EQ(read("a,b,a\n"), "the header names `a` twice");
  EXPECT_EQ(read("a\nx\"y\n"),
            "line 2: a quote inside of a cell; quote all of the cell, and write \"\" for it");
  EXPECT_EQ(read("a\n\"x\" y\n"), "line 2: text behind the closing quote of a cell");
  EXPECT_EQ(read("a\n1\n\"x\n\n"), "line 3: nothing closes the quote of a cell");
  EXPECT_EQ(read("a\n1\r2\n"), "line 2: a carriage return without a line feed");
  EXPECT_EQ(read("a\n\xff\n"), "line 2: this is not UTF-8");
}

TEST(Csv, IsBounded) {
  std::string header(kMaxCsvCells - 1, ',');
  EXPECT_EQ(read(header), "the header names no column 1");
  EXPECT_EQ(read(header + ","), "more than 1000000 cells");
}

}  // namespace
}  // namespace peregrine::base
