// Holds JSON to JSONTestSuite: what is JSON (y_) is read, what is none (n_) is refused, and
// known.txt says what becomes of that which the RFC leaves open (i_), and where we differ on
// purpose. What is read is written and read again as the same value.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/json.h"
#include "base/text.h"

namespace peregrine::conformance {
namespace {

using base::Result;
using base::Value;

std::filesystem::path data_folder() {
  const char* folder = std::getenv("PEREGRINE_CONFORMANCE");
  return std::filesystem::path(folder ? folder : PEREGRINE_CONFORMANCE_DEFAULT) / "JSONTestSuite";
}

std::string slurp(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// "case | read" or "case | refused", and ": reason", by case; "#" begins a comment.
std::map<std::string, std::string> read_known() {
  std::map<std::string, std::string> known;
  std::ifstream file(PEREGRINE_CONFORMANCE_KNOWN);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const size_t bar = line.find(" | ");
    const size_t colon = line.find(": ", bar);
    EXPECT_NE(colon, std::string::npos) << "known.txt: a line without a reason: " << line;
    if (colon == std::string::npos) continue;
    EXPECT_TRUE(known.emplace(line.substr(0, bar), line.substr(bar + 3, colon - bar - 3)).second)
        << "known.txt: twice: " << line;
  }
  return known;
}

void expect_the_same_again(const std::string& name, const Value& value) {
  for (const std::string& text : {to_json(value), to_json_pretty(value)}) {
    const Result<Value> again = base::parse_json(text);
    ASSERT_TRUE(again) << name << ": " << again.error().to_string();
    EXPECT_EQ(*again, value) << name;
    EXPECT_EQ(to_json(*again), to_json(value)) << name;
  }
}

TEST(JsonConformance, ReadsWhatIsJsonAndNothingElse) {
  const std::filesystem::path folder = data_folder() / "test_parsing";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "there is no " << folder;
  std::map<std::string, std::string> known = read_known();
  std::map<char, size_t> all, differ;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().stem();
    const Result<Value> value = base::parse_json(slurp(entry.path()));
    const std::string outcome = value ? "read" : "refused";
    const auto told = known.extract(name);
    ++all[name[0]];
    if (value) expect_the_same_again(name, *value);
    if (name[0] == 'i') {
      EXPECT_EQ(told ? told.mapped() : "not in known.txt", outcome) << name;
      continue;
    }
    const bool as_it_should = outcome == (name[0] == 'y' ? "read" : "refused");
    EXPECT_TRUE(told || as_it_should) << name << " was " << outcome;
    EXPECT_FALSE(told && as_it_should) << name << " is in known.txt, but does not differ";
    if (told) EXPECT_EQ(told.mapped(), outcome) << name;
    differ[name[0]] += as_it_should ? 0 : 1;
  }
  fmt::print("JSONTestSuite: {} of {} read, {} of {} refused, {} left open\n",
             all['y'] - differ['y'], all['y'], all['n'] - differ['n'], all['n'], all['i']);
  EXPECT_GT(all['y'], 90U);
  EXPECT_GT(all['n'], 180U);
  for (const auto& [name, outcome] : known) ADD_FAILURE() << "known.txt: no such case: " << name;
}

// Parsers that make a double of every number change some of these.
TEST(JsonConformance, NumbersKeepTheirDigits) {
  const std::filesystem::path folder = data_folder() / "test_transform";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "there is no " << folder;
  size_t numbers = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().stem();
    const Result<Value> value = base::parse_json(slurp(entry.path()));
    if (value) expect_the_same_again(name, *value);
    if (!name.starts_with("number_")) continue;
    ASSERT_TRUE(value) << name;
    const auto written = base::Decimal::parse(name.substr(7));
    ASSERT_TRUE(written) << name;
    EXPECT_EQ(value->as_list().front(), Value(*written)) << name;
    ++numbers;
  }
  EXPECT_GE(numbers, 10U);
}

}  // namespace
}  // namespace peregrine::conformance
