#include "trial/race/serial_orders.h"

#include <gtest/gtest.h>

namespace peregrine::trial {
namespace {

TEST(SerialOrders, are_those_of_all_and_of_some_the_longest_first) {
  SerialOrders orders(3);
  ASSERT_TRUE(orders.possible());
  std::vector<std::vector<size_t>> all;
  while (const auto order = orders.next()) all.push_back(*order);
  EXPECT_EQ(all.size(), 15U);
  EXPECT_EQ(all.front(), (std::vector<size_t>{0, 1, 2}));
  EXPECT_EQ(all[1], (std::vector<size_t>{0, 2, 1}));
  EXPECT_EQ(all.back(), (std::vector<size_t>{2}));
}

TEST(SerialOrders, tell_what_differs_from_the_end_that_is_most_alike) {
  SerialOrders orders(2);
  orders.add("a 1\nb 1\nc 1\n");
  orders.add("a 2\nb 2\nc 1\n");
  EXPECT_EQ(orders.differences("a 2\nb 2\nc 3\nd 1\n"), (std::vector<std::string>{"c", "d"}));
  EXPECT_TRUE(orders.has("a 2\nb 2\nc 1\n"));
}

TEST(SerialOrders, are_too_many_of_many) {
  EXPECT_TRUE(SerialOrders(4).possible());
  EXPECT_FALSE(SerialOrders(5).possible());
}

}  // namespace
}  // namespace peregrine::trial
