// Holds cookies to the data that was made with RFC 6265: what a client makes of the Set-Cookie
// fields of one answer when it is sent elsewhere, and how it reads dates. Where we differ on
// purpose known.txt says so with a reason: a case that differs and is not there fails, and so does
// one that is there and does not differ.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/json.h"
#include "base/rfc3339.h"
#include "base/text.h"
#include "net/cookie_jar.h"
#include "wire/http_date.h"

namespace peregrine::conformance {
namespace {

constexpr std::string_view kOrigin = "http://home.example.org:8888";

std::filesystem::path data_folder() {
  const char* folder = std::getenv("PEREGRINE_CONFORMANCE");
  return std::filesystem::path(folder ? folder : PEREGRINE_CONFORMANCE_DEFAULT) /
         "http-state-cookies" / "tests" / "data";
}

std::string slurp(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// The value of a header line, if the line is of that header. Lines end in LF or CRLF.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!line.starts_with(name)) return std::nullopt;
  return line.substr(name.size());
}

// "case | reason" by case; "#" begins a comment.
std::map<std::string, std::string> read_known() {
  std::map<std::string, std::string> known;
  std::ifstream file(PEREGRINE_CONFORMANCE_KNOWN);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const size_t bar = line.rfind(" | ");
    EXPECT_NE(bar, std::string::npos) << "known.txt: a line without a reason: " << line;
    if (bar == std::string::npos) continue;
    EXPECT_TRUE(known.emplace(line.substr(0, bar), line.substr(bar + 3)).second)
        << "known.txt: twice: " << line;
  }
  return known;
}

// The Cookie field of the request that follows.
std::string sent(const std::string& name, std::string_view test) {
  // The data was made before 2019, and some of its cookies end then.
  const base::WallTime now = *base::parse_rfc3339("2015-01-01T00:00:00Z");
  const net::Url from = *net::parse_url(fmt::format("{}/cookie-parser?{}", kOrigin, name));
  std::string to = fmt::format("{}/cookie-parser-result?{}", kOrigin, name);
  net::CookieJar jar;
  for (const std::string_view line : base::split(test, '\n')) {
    if (const auto cookie = value_of(line, "Set-Cookie:")) {
      (void)jar.take_one(from, base::trimmed(*cookie), now);
    } else if (const auto location = value_of(line, "Location: ")) {
      to = location->starts_with('/') ? fmt::format("{}{}", kOrigin, *location) : *location;
    }
  }
  return jar.field(*net::parse_url(to), now);
}

TEST(CookieConformance, SendsWhatTheDataExpects) {
  const std::filesystem::path folder = data_folder() / "parser";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "there is no " << folder;
  std::map<std::string, std::string> known = read_known();
  size_t same = 0;
  size_t all = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::string name = entry.path().filename();
    if (!name.ends_with("-test")) continue;
    name.resize(name.size() - std::string_view("-test").size());
    const std::string expected(base::trimmed(slurp(folder / (name + "-expected"))));
    const std::string field = sent(name, slurp(entry.path()));
    const std::string line = field.empty() ? "" : "Cookie: " + field;
    const bool is_known = !known.extract(name).empty();
    ++all;
    same += line == expected;
    EXPECT_TRUE(is_known || line == expected)
        << name << "\n  expected: " << expected << "\n  sent:     " << line;
    EXPECT_FALSE(is_known && line == expected) << name << " is in known.txt, but does not differ";
  }
  fmt::print("http-state, cookies: {} of {}\n", same, all);
  EXPECT_GT(all, 200U);
  for (const auto& [name, reason] : known) ADD_FAILURE() << "known.txt: no such case: " << name;
}

TEST(CookieConformance, ReadsDatesAsTheDataDoes) {
  const std::filesystem::path folder = data_folder() / "dates";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "there is no " << folder;
  size_t all = 0;
  for (const char* file : {"examples.json", "bsd-examples.json"}) {
    const std::string text = slurp(folder / file);
    // One begins with its licence, in comments.
    base::Result<base::Value> list = base::parse_json(text.substr(text.find("\n[") + 1));
    ASSERT_TRUE(list) << file << ": " << list.error().to_string();
    for (const base::Value& one : list->as_list()) {
      const std::string& test = one.find("test")->as_text();
      const base::Value& expected = *one.find("expected");
      const std::optional<base::WallTime> read = wire::parse_cookie_date(test);
      EXPECT_EQ(read ? base::Value(wire::to_http_date(*read)) : base::Value(), expected) << test;
      ++all;
    }
  }
  fmt::print("http-state, dates: {}\n", all);
  EXPECT_GT(all, 60U);
}

}  // namespace
}  // namespace peregrine::conformance
