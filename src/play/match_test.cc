#include "play/match.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/rfc3339.h"

namespace peregrine::play {
namespace {

using base::List;
using base::Map;
using base::Value;
using namespace std::chrono_literals;

class MatchTest : public testing::Test {
 protected:
  MatchTest() : slots_{Value(3)} { names_.declare("three"); }

  // What differs: "path: expected / actual", one a line; empty where it fits.
  std::string compare(const std::string& yaml, const Value* actual) {
    lang::Diagnostics diagnostics;
    const auto root =
        lang::read_yaml(std::make_shared<const lang::Source>("x.yaml", "a: " + yaml), diagnostics);
    EXPECT_TRUE(root) << yaml;
    const auto pattern = lang::Pattern::compile(*root->find("a"), names_, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << render(diagnostics.sorted().front());
    std::vector<record::Mismatch> found;
    const auto matched = match(pattern, actual, {slots_, nullptr, base::WallTime{}}, "v", found);
    if (!matched) return "error: " + matched.error().text;
    std::string text;
    for (const auto& m : found) {
      text += fmt::format("{}{}: {} / {}", text.empty() ? "" : "\n", m.path, m.expected, m.actual);
      notes_ += fmt::format("{}{}", m.note, m.note.empty() ? "" : "\n");
    }
    return text;
  }
  std::string compare(const std::string& yaml, const Value& actual) {
    return compare(yaml, &actual);
  }

  // What is said of the differences, beside both sides.
  std::string explain(const std::string& yaml, const Value& actual) {
    notes_.clear();
    (void)compare(yaml, actual);
    return notes_;
  }

  lang::Names names_;
  std::string notes_;
  std::vector<Value> slots_;
};

TEST_F(MatchTest, LiteralsAreEqual) {
  EXPECT_EQ(compare("3", Value(3.0)), "");
  EXPECT_EQ(compare("0.1", Value(0.1)), "");
  EXPECT_EQ(compare("89.00", Value(*base::Decimal::parse("89"))), "");
  EXPECT_EQ(compare("3", Value("3")), "v: 3 / \"3\"");
  EXPECT_EQ(compare("\"3\"", Value(3)), "v: \"3\" / 3");
  EXPECT_EQ(compare("abc", Value("abd")), "v: abc / abd");
  EXPECT_EQ(compare("\"\"", Value(" ")), "v: \"\" / \" \"");
  EXPECT_EQ(compare("${three}", Value(3)), "");
  EXPECT_EQ(compare("${three}", Value(4)), "v: 3 / 4");
  EXPECT_EQ(compare("${three.x}", Value(4)).substr(0, 6), "error:");
}

TEST_F(MatchTest, NullFitsWhatIsAbsent) {
  EXPECT_EQ(compare("null", nullptr), "");
  EXPECT_EQ(compare("null", Value()), "");
  EXPECT_EQ(compare("null", Value(0)), "v: null / 0");
  EXPECT_EQ(compare("1", nullptr), "v: 1 / (absent)");
}

TEST_F(MatchTest, InstantsAreEqualHoweverTheyAreWritten) {
  const Value instant(*base::parse_rfc3339("2025-06-09T08:00:00Z"));
  EXPECT_EQ(compare("2025-06-09T10:00:00+02:00", instant), "");
  EXPECT_EQ(compare("2025-06-09 08:00:00.000Z", instant), "");
  EXPECT_EQ(compare("2025-06-09T08:00:01Z", instant),
            "v: 2025-06-09T08:00:01Z / 2025-06-09T08:00:00Z");
  EXPECT_EQ(compare("today", instant), "v: \"today\" / 2025-06-09T08:00:00Z");
  EXPECT_EQ(compare("\"> 2025-06-09T07:00:00Z\"", instant), "");
  EXPECT_EQ(compare("\"> 2025-06-09T07:00:00Z\"", Value("2025-06-09T09:30:00+02:00")), "");
  slots_[0] = instant;
  EXPECT_EQ(compare("${three}", Value("2025-06-09T10:00:00+02:00")), "");
}

TEST_F(MatchTest, BytesAreWrittenAsTheyAreShown) {
  const Value bytes(base::Bytes{std::string("\x00\xff", 2)});
  EXPECT_EQ(compare("\\x00ff", bytes), "");
  EXPECT_EQ(compare("\\x00", bytes), "v: \\x00 / \\x00ff");
  EXPECT_EQ(compare("<bytes>", bytes), "");
}

TEST_F(MatchTest, MapsArePartialListsAreWhole) {
  const Value map(Map{{"a", 1}, {"b", List{1, 2, 3}}});
  EXPECT_EQ(compare("{ a: 1 }", map), "");
  EXPECT_EQ(compare("{}", map), "");
  EXPECT_EQ(compare("{ a: 2, c: x, d: null }", map), "v.a: 2 / 1\nv.c: x / (absent)");
  EXPECT_EQ(compare("{ b: [1, 2, 3] }", map), "");
  EXPECT_EQ(compare("{ b: [1] }", map), "v.b[1]: nothing more / 2, and 1 more");
  EXPECT_EQ(compare("{ b: [1, 2, 3, 4] }", map), "v.b[3]: 4 / (absent)");
  EXPECT_EQ(compare("{ b: [] }", map), "v.b: an empty list / [1,2,3]");
  EXPECT_EQ(compare("{ b: { x: 1 } }", map), "v.b: a map with x / [1,2,3]");
  EXPECT_EQ(compare("[1]", map), "v: a list of 1 / {\"a\":1,\"b\":[1,2,3]}");
  EXPECT_EQ(compare("{ x: { y: 1 } }", map), "v.x: a map with y / (absent)");
}

TEST_F(MatchTest, Comparisons) {
  EXPECT_EQ(compare("\"< 50ms\"", Value(base::Duration(49ms))), "");
  EXPECT_EQ(compare("\"< 50ms\"", Value(base::Duration(50ms))), "v: < 50ms / 50.0 ms");
  EXPECT_EQ(compare("\">= 3\"", Value(*base::Decimal::parse("3"))), "");
  EXPECT_EQ(compare("\">= 3\"", Value("4")), "v: >= 3 / 4");
  EXPECT_EQ(compare("\">= 3\"", nullptr), "v: >= 3 / (absent)");
  EXPECT_EQ(compare("\"!= 3\"", Value(3.0)), "v: != 3 / 3");
  EXPECT_EQ(compare("\"!= 3\"", nullptr), "");
  EXPECT_EQ(compare("\"!= null\"", nullptr), "v: != null / (absent)");
  EXPECT_EQ(compare("\"!= null\"", Value(1)), "");
  EXPECT_EQ(compare("\"!= abc\"", Value("abc")), "v: != abc / abc");
  EXPECT_EQ(compare("\"< ${three}\"", Value(2)), "");
  EXPECT_EQ(compare("\"< ${three}\"", Value(3)), "v: < ${three}  (3) / 3");
  EXPECT_EQ(compare("\"> 0\"", Value(std::numeric_limits<double>::infinity())), "");
  EXPECT_EQ(compare("\"> 0\"", Value(std::numeric_limits<double>::quiet_NaN())), "v: > 0 / null");
}

TEST_F(MatchTest, RegularExpressionsAreFoundAnywhere) {
  EXPECT_EQ(compare("/b+/", Value("abbc")), "");
  EXPECT_EQ(compare("/^b/", Value("abbc")), "v: text with /^b/ / abbc");
  EXPECT_EQ(compare("/^2/", Value(204)), "");
  EXPECT_EQ(compare("/null/", Value()), "v: text with /null/ / null");
}

TEST_F(MatchTest, StatusClasses) {
  EXPECT_EQ(compare("2xx", Value(204)), "");
  EXPECT_EQ(compare("2xx", Value(304)), "v: 2xx / 304");
  EXPECT_EQ(compare("2xx", Value("2xx")), "");  // in a body it is text
}

TEST_F(MatchTest, AnyAndNot) {
  EXPECT_EQ(compare("{ any: [1, <text>] }", Value("x")), "");
  EXPECT_EQ(compare("{ any: [1, <text>, { a: 1 }] }", Value(true)),
            "v: 1 or <text> or a map with a / true");
  EXPECT_EQ(compare("{ not: 1 }", Value(2)), "");
  EXPECT_EQ(compare("{ not: 1 }", Value(1)), "v: not 1 / 1");
  EXPECT_EQ(compare("{ not: null }", nullptr), "v: not null / (absent)");
}

TEST_F(MatchTest, OfValuesThatAreComparedWholeOnlyTheDifferenceIsTold) {
  slots_[0] = Value(Map{{"id", 1}, {"to", Map{{"city", "Berlin"}, {"zip", Value()}}}});
  EXPECT_EQ(compare("${three}", Value(Map{{"id", 1}, {"to", Map{{"city", "Bonn"}}}, {"x", 2}})),
            "v.to.city: Berlin / Bonn\nv.to.zip: null / (absent)\nv.x: nothing / 2");
  slots_[0] = Value(List{1, Value()});
  EXPECT_EQ(compare("${three}", Value(List{1})), "v: [1,null] / [1]");
  slots_[0] = Value(List{Map{{"a", 1}}, Map{{"a", 2}}});
  EXPECT_EQ(compare("${three}", Value(List{Map{{"a", 1}}, Map{{"a", 3}}})), "v[1].a: 2 / 3");
}

TEST_F(MatchTest, ListsAreComparedWithTheElementsThatAreMeant) {
  const Value list(List{"b", "c", "d"});
  EXPECT_EQ(compare("[a, b, c, d]", list), "v: a, as element [0] / (absent)");
  EXPECT_EQ(explain("[a, b, c, d]", list), "expected [1] came as [0], [2] as [1], [3] as [2]\n");
  EXPECT_EQ(compare("[c, d]", list), "v[0]: no such element / b");
  EXPECT_EQ(compare("[x, b, y, d]", list), "v: x, as element [0] / (absent)\nv[1]: y / c");
  EXPECT_EQ(compare("[d, c, b]", list), "v: these elements in this order / [\"b\",\"c\",\"d\"]");
  EXPECT_EQ(explain("[d, c, b]", list),
            "all are there, in another order: expected [0] came as [2], [2] as [0]\n");
  EXPECT_EQ(compare("[b, x, d]", list), "v[1]: x / c");
  EXPECT_EQ(compare("[x, y, z]", list), "v[0]: x / b\nv[1]: y / c\nv[2]: z / d");
}

TEST_F(MatchTest, WhatFitsNothingIsComparedWithTheNearest) {
  const Value rows(List{Map{{"id", 1}, {"state", "open"}}, Map{{"id", 2}, {"state", "paid"}}});
  const std::string wanted = "[{ id: 2, state: open }, { id: 1, state: open }]";
  EXPECT_EQ(compare("{ unordered: " + wanted + " }", rows), "v[1].state: open / paid");
  EXPECT_EQ(explain("{ unordered: " + wanted + " }", rows),
            "nothing fits expected [0]; [1] is nearest to it\n");
  EXPECT_EQ(compare("{ unordered: [{ id: 9, state: x }, { id: 1 }] }", rows),
            "v: an element that fits a map with id, state / (absent)\n"
            "v[1]: nothing more / {\"id\":2,\"state\":\"paid\"}");
  EXPECT_EQ(explain("{ contains: [{ id: 1 }, { id: 2, state: open }] }", rows),
            "nearest: v[1].state, expected open, is paid\n");
  EXPECT_EQ(explain("{ contains: [{ id: 1 }, { id: 1, state: open }] }", rows), "");
}

TEST_F(MatchTest, DifferencesAreMeasured) {
  EXPECT_EQ(explain("10", Value(12)), "2 more\n");
  EXPECT_EQ(explain("10", Value(7.5)), "2.5 less\n");
  EXPECT_EQ(explain("1.10", Value(*base::Decimal::parse("1.30"))), "0.2 more\n");
  EXPECT_EQ(explain("\"< 50ms\"", Value(base::Duration(63ms))), "13.0 ms more\n");
  EXPECT_EQ(explain("\">= 3\"", Value(1)), "2 less\n");
  EXPECT_EQ(explain("\"!= 3\"", Value(3)), "");
  EXPECT_EQ(explain("\"> 3\"", Value(3)), "");
  EXPECT_EQ(explain("-9223372036854775808", Value(INT64_MAX)), "");
  const Value instant(*base::parse_rfc3339("2025-06-09T08:00:00Z"));
  EXPECT_EQ(explain("2025-06-09T10:00:00Z", instant), "2 h earlier\n");
  EXPECT_EQ(explain("2025-06-07T06:58:30Z", instant), "2 d 1 h 1 min 30.0 s later\n");
  EXPECT_EQ(explain("1700-01-01T00:00:00Z", Value(*base::parse_rfc3339("2200-01-01T00:00:00Z"))),
            "");
  EXPECT_EQ(explain("\"> 1s\"", Value(-base::Duration::max())), "");
}

TEST_F(MatchTest, AnotherKindIsNamed) {
  EXPECT_EQ(explain("3", Value("3")), "a number was expected, this is text\n");
  EXPECT_EQ(explain("\"3\"", Value(3)), "text was expected, this is a number\n");
  EXPECT_EQ(explain("true", Value("true")), "true or false was expected, this is text\n");
  EXPECT_EQ(explain("3", Value()), "");
  EXPECT_EQ(explain("\\x00", Value(base::Bytes{"ab"})), "");
  EXPECT_EQ(explain("x", Value(List{})), "text was expected, this is a list\n");
}

TEST_F(MatchTest, DifferencesAreBounded) {
  std::string yaml = "{";
  for (int i = 0; i < 50; ++i) yaml += fmt::format("a{}: 1, ", i);
  const std::string text = compare(yaml + "}", Value(Map{}));
  EXPECT_EQ(std::ranges::count(text, '\n') + 1, static_cast<long>(kMostMismatches));
}

TEST(ShowTest, TextIsBareUnlessItCouldBeMistaken) {
  EXPECT_EQ(show(Value("two words")), "two words");
  EXPECT_EQ(show(Value("say \"x\"")), "say \"x\"");
  EXPECT_EQ(show(Value("")), "\"\"");
  EXPECT_EQ(show(Value(" a")), "\" a\"");
  EXPECT_EQ(show(Value("a\nb")), "\"a\\nb\"");
  EXPECT_EQ(show(Value("null")), "\"null\"");
  EXPECT_EQ(show(Value()), "null");
  EXPECT_EQ(show(Value(base::Duration(1500ms))), "1.50 s");
  EXPECT_LT(show(Value(std::string(1'000'000, 'x'))).size(), 3000U);
}

TEST_F(MatchTest, ExactlyAllowsNothingElse) {
  const Value map(Map{{"a", 1}, {"b", 2}});
  EXPECT_EQ(compare("{ exactly: { a: 1, b: 2 } }", map), "");
  EXPECT_EQ(compare("{ exactly: { a: 1 } }", map), "v.b: nothing / 2");
  EXPECT_EQ(compare("{ exactly: { a: 1, b: 2, c: 3 } }", map), "v.c: 3 / (absent)");
  EXPECT_EQ(compare("{ exactly: { a: 1, b: 2, c: null } }", map), "");
}

TEST_F(MatchTest, UnorderedPairsWhatFits) {
  const Value list(List{1, 2, 3});
  EXPECT_EQ(compare("{ unordered: [3, 1, 2] }", list), "");
  // The first item fits all of them and has to leave 1 to the last.
  EXPECT_EQ(compare("{ unordered: [<int>, \"> 1\", 1] }", list), "");
  EXPECT_EQ(compare("{ unordered: [3, 1] }", list), "v[1]: nothing more / 2");
  EXPECT_EQ(compare("{ unordered: [3, 1, 2, 9] }", list), "v: an element that fits 9 / (absent)");
  EXPECT_EQ(compare("{ unordered: [1, 1, 2] }", list),
            "v: an element that fits 1 / (absent)\nv[2]: nothing more / 3");
  EXPECT_EQ(compare("{ unordered: \"${[3, 2, 1]}\" }", list), "");
  EXPECT_EQ(compare("{ unordered: \"${three}\" }", list),
            "error: a list is needed to compare with, this is 3");
}

TEST_F(MatchTest, ContainsKeepsTheOrder) {
  const Value list(List{1, 2, 3, 4});
  EXPECT_EQ(compare("{ contains: [2, 4] }", list), "");
  EXPECT_EQ(compare("{ contains: [] }", list), "");
  EXPECT_EQ(compare("{ contains: \"${[1, 4]}\" }", list), "");
  EXPECT_EQ(compare("{ contains: [4, 2] }", list),
            "v: an element that fits 2 behind v[3] / [1,2,3,4]");
  EXPECT_EQ(compare("{ contains: [5] }", list), "v: an element that fits 5 / [1,2,3,4]");
  EXPECT_EQ(compare("{ contains: [2, 2] }", list),
            "v: an element that fits 2 behind v[1] / [1,2,3,4]");
}

TEST_F(MatchTest, EveryElementFits) {
  EXPECT_EQ(compare("{ every: \"> 0\" }", Value(List{1, 2})), "");
  EXPECT_EQ(compare("{ every: <int> }", Value(List{})), "");
  EXPECT_EQ(compare("{ every: { a: <int> } }", Value(List{Map{{"a", 1}}, Map{{"a", "x"}}})),
            "v[1].a: <int> / x");
  EXPECT_EQ(compare("{ every: 1 }", Value(1)), "v: a list / 1");
}

TEST_F(MatchTest, EqualsReadsNoMatcher) {
  EXPECT_EQ(compare("{ equals: <int> }", Value("<int>")), "");
  EXPECT_EQ(compare("{ equals: { any: [1] } }", Value(Map{{"any", List{1}}})), "");
  EXPECT_EQ(compare("{ equals: { a: 1 } }", Value(Map{{"a", 1}, {"b", 2}})), "v.b: nothing / 2");
}

TEST_F(MatchTest, PredicatesSpeakOfThis) {
  const Value order(Map{{"total", 120}, {"items", List{1, 2}}});
  EXPECT_EQ(compare("\"${this.total > 100 && this.items.size() == 2}\"", order), "");
  EXPECT_EQ(compare("{ total: \"${this == three * 40}\" }", order), "");
  EXPECT_EQ(compare("\"${this.total > 200}\"", order),
            "v: ${this.total > 200} / {\"total\":120,\"items\":[1,2]}");
  EXPECT_EQ(compare("\"${this.sum > 1}\"", order),
            "v: ${this.sum > 1} / {\"total\":120,\"items\":[1,2]}  "
            "(`this` has no `sum`; it has `total`, `items`)");
  EXPECT_EQ(compare("\"${this == null}\"", nullptr), "");
  EXPECT_EQ(compare("\"${or(this.x, 1)}\"", Value(Map{{"x", 3}})).substr(0, 30),
            "error: `or(this.x, 1)` gives 3");
}

TEST_F(MatchTest, InstantsInsideOfMapsAreInstants) {
  slots_[0] = Value(Map{{"at", *base::parse_rfc3339("2025-06-09T10:00:00Z")}});
  EXPECT_EQ(compare("${three}", Value(Map{{"at", "2025-06-09T12:00:00+02:00"}})), "");
  EXPECT_NE(compare("${three}", Value(Map{{"at", "2025-06-09T13:00:00+02:00"}})), "");
}

}  // namespace
}  // namespace peregrine::play
