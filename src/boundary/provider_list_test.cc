#include "boundary/provider_list.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace peregrine::boundary {
namespace {

using base::List;
using base::Map;
using base::Value;

constexpr size_t kMany = 100;  // enough for an index

Value object(int number, int amount = 0) {
  return Value(Map{{"id", fmt::format("o_{}", number)}, {"amount", amount}});
}

ObjectList many() {
  ObjectList list;
  for (size_t i = 0; i < kMany; ++i) list.insert(i, object(static_cast<int>(i)));
  return list;
}

// What is found is what one would find by looking at each.
void expect_right(const ObjectList& list) {
  for (int i = -1; i <= static_cast<int>(kMany) + 1; ++i) {
    const Value id(fmt::format("o_{}", i));
    EXPECT_EQ(list.find(id), find_by_id(list.objects(), id)) << i;
  }
}

TEST(ObjectListTest, FindsByIdAndByItsText) {
  ObjectList list;
  EXPECT_EQ(list.find(Value("a")), std::nullopt);
  list.insert(0, Value(Map{{"id", 7}}));
  EXPECT_EQ(list.find(Value(7)), 0U);
  EXPECT_EQ(list.find(Value("7")), 0U);
  EXPECT_EQ(list.find(Value("8")), std::nullopt);
  expect_right(many());
}

TEST(ObjectListTest, FindsAfterEachKindOfChange) {
  ObjectList list = many();
  expect_right(list);
  list.insert(list.size(), object(kMany));
  expect_right(list);
  list.remove(kMany);
  expect_right(list);
  list.remove(5);
  expect_right(list);
  list.insert(5, object(5));
  expect_right(list);
  list.replace(3, object(3, 10));
  expect_right(list);
  EXPECT_EQ(list[3], object(3, 10));
  list.replace(3, object(kMany + 1));
  expect_right(list);
}

TEST(ObjectListTest, OfTwoWithTheSameIdTheFirstIsFound) {
  ObjectList list = many();
  list.insert(list.size(), object(4));
  expect_right(list);
  list.remove(list.size() - 1);
  expect_right(list);
}

TEST(ObjectListTest, ChangesInPlaceUnlessSomebodyHoldsIt) {
  ObjectList list = many();
  const List* place = &list.objects();
  list.replace(0, object(0, 1));
  EXPECT_EQ(&list.objects(), place);
  const Value held = list.value();
  list.replace(0, object(0, 2));
  EXPECT_NE(&list.objects(), place);
  EXPECT_EQ(held.as_list()[0], object(0, 1));
  EXPECT_EQ(list[0], object(0, 2));
}

TEST(ObjectListTest, ACopyIsOnItsOwn) {
  ObjectList list = many();
  expect_right(list);
  ObjectList copy = list;
  copy.remove(0);
  copy.insert(0, object(kMany));
  expect_right(copy);
  expect_right(list);
  EXPECT_EQ(list[0], object(0));
  list = copy;
  expect_right(list);
}

}  // namespace
}  // namespace peregrine::boundary
