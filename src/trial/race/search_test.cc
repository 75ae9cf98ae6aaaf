#include "trial/race/search.h"

#include <gtest/gtest.h>

#include <set>

#include "trial/race/program_fixture.h"

namespace peregrine::trial {
namespace {

TEST(Search, plays_every_order_once_when_nothing_bounds_it) {
  const Explored all = explore({{"ab", "cd"}}, {10, false, false});
  EXPECT_EQ(all.orders.size(), 6U);  // 4 over 2
  EXPECT_EQ(all.schedules, 6U);
  EXPECT_EQ(explore({{"a", "b", "c"}}, {10, false, false}).schedules, 6U);
}

TEST(Search, bounds_preemptions) {
  EXPECT_EQ(explore({{"ab", "cd"}}, {0, false, false}).orders,
            (std::set<std::string>{"0a0b1c1d", "1c1d0a0b"}));
  const Explored one = explore({{"ab", "cd"}}, {1, false, false});
  EXPECT_EQ(one.schedules, 4U);
  EXPECT_EQ(one.preemptions, 1U);
}

TEST(Search, plays_orders_with_fewer_preemptions_first) {
  Search search({2, false, false});
  const Program program{{"abc", "def"}};
  size_t most = 0;
  while (const auto choices = search.next()) {
    std::string done;
    const Trace trace = program.play(*choices, done);
    EXPECT_GE(trace.preemptions(), most);
    most = trace.preemptions();
    search.tell(trace, program.reached());
  }
  EXPECT_EQ(most, 2U);
}

TEST(Search, interrupts_only_before_what_conflicts) {
  EXPECT_EQ(explore({{"aaaa", "bbbb"}}, {2, true, false}).schedules, 2U);
  // Between the reading and the writing of x, and nowhere else.
  const Explored lost_update = explore({{"aaaxX", "xX"}}, {1, true, false});
  EXPECT_TRUE(lost_update.orders.contains("0a0a0a0x1x1X0X"));
  EXPECT_LT(lost_update.schedules, explore({{"aaaxX", "xX"}}, {1, false, false}).schedules);
  EXPECT_GT(lost_update.left_out, 0U);
}

TEST(Search, takes_those_who_do_the_same_for_one) {
  const Explored alike = explore({{"aA", "aA", "aA"}}, {1, true, true});
  const Explored apart = explore({{"aA", "aA", "aA"}}, {1, true, false});
  EXPECT_LT(alike.schedules, apart.schedules);
  EXPECT_TRUE(alike.orders.contains("0a1a1A0A2a2A"));
}

// The lost update is met in every way in which two can lose it.
TEST(Search, leaves_out_no_order_of_what_conflicts) {
  const auto without_others = [](const Explored& explored) {
    std::set<std::string> orders;
    for (std::string order : explored.orders) {
      for (const char* mine : {"0a", "1b"}) {
        for (size_t at = order.find(mine); at != order.npos; at = order.find(mine)) {
          order.erase(at, 2);
        }
      }
      orders.insert(order);
    }
    return orders;
  };
  const Program program{{"aaxX", "bxXb"}};
  const Explored all = explore(program, {10, false, false});
  const Explored fewer = explore(program, {10, true, false});
  EXPECT_EQ(without_others(all).size(), 6U);
  EXPECT_EQ(without_others(fewer), without_others(all));
  EXPECT_LT(fewer.schedules, all.schedules);
}

TEST(Search, stops_where_there_are_too_many) {
  const Explored some = explore({{"aaaaaaaa", "bbbbbbbb"}}, {16, false, false}, 100);
  EXPECT_FALSE(some.exhausted);
  EXPECT_LE(some.schedules, 100U);
  EXPECT_TRUE(explore({{"ab", "cd"}}, {10, false, false}, 100).exhausted);
}

}  // namespace
}  // namespace peregrine::trial
