#include <gtest/gtest.h>

#include "lang/cel/evaluate.h"

namespace peregrine::lang::cel {
namespace {

TEST(ListsTest, FindGivesTheElementWithThisId) {
  EXPECT_EQ(evaluate("find([{'id': 'a', 'n': 1}, {'id': 'b', 'n': 2}, {'id': 'b'}], 'b').n"), "2");
  EXPECT_EQ(evaluate("find([{'id': 1}, {'id': 2.0}], 2)"), R"({"id":2})");
  EXPECT_EQ(evaluate("find([{'id': 'a'}], 'b') == null"), "true");
  EXPECT_EQ(evaluate("find([], 'b') == null"), "true");
  EXPECT_EQ(evaluate("find([1, 'b', null, {'name': 'b'}, {'id': null}], 'b') == null"), "true");
  EXPECT_EQ(evaluate("find(['1'], 1) == null"), "true");
  EXPECT_EQ(evaluate("find({'id': 1}, 1)"), "mistake: `find` takes list here, not map");
}

TEST(ListsTest, WithGivesACopyWithOneMember) {
  EXPECT_EQ(evaluate("{'a': 1, 'b': 2}.with('a', [3])"), R"({"a":[3],"b":2})");
  EXPECT_EQ(evaluate("{'a': 1}.with('b', null)"), R"({"a":1,"b":null})");
  EXPECT_EQ(evaluate("{}.with('a', 1).with('a', 2)"), R"({"a":2})");
  EXPECT_EQ(evaluate("[{'id': 7}].map(u, u.with('update_id', u.id))"),
            R"([{"id":7,"update_id":7}])");
  EXPECT_EQ(evaluate("cel.bind(m, {'a': 1}, [m.with('a', 2), m])"), R"([{"a":2},{"a":1}])");
  EXPECT_EQ(evaluate("{1: 'one'}.with('a', 2)"), R"({"1":"one","a":2})");
  EXPECT_EQ(evaluate("[].with('a', 1)"), "mistake: `with` takes map here, not list");
  EXPECT_EQ(evaluate("{'a': 1}.with(1, 2)"), "mistake: `with` takes text here, not int");
}

}  // namespace
}  // namespace peregrine::lang::cel
