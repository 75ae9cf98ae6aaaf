#include "trial/race/search.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace peregrine::trial {
namespace {

using boundary::Touch;

// Contenders who each ask these operations in turn, played without a system: `a` is read, `A`
// written, of a table of that name.
struct Program {
  std::vector<std::string> contenders;

  static std::vector<Touch> touches(char operation) {
    const bool writes = operation >= 'A' && operation <= 'Z';
    const char table = writes ? static_cast<char>(operation - 'A' + 'a') : operation;
    return {{std::string(1, table), writes ? Touch::kWrites : Touch::kReads}};
  }
  std::vector<std::vector<Touch>> reached() const {
    std::vector<std::vector<Touch>> all;
    for (const std::string& operations : contenders) {
      std::vector<Touch>& of = all.emplace_back();
      for (char operation : operations) boundary::add_touch(of, touches(operation).front());
    }
    return all;
  }
  // Plays the choices and goes on; `done` is told who did what, as "0a1A".
  Trace play(const Choices& choices, std::string& done) const {
    Trace trace;
    std::vector<size_t> at(contenders.size());
    size_t before = 0;
    for (;;) {
      Choice choice;
      choice.first = trace.choices.empty();
      choice.before = before;
      for (size_t i = 0; i < contenders.size(); ++i) {
        if (at[i] == contenders[i].size()) continue;
        choice.options.push_back({i, touches(contenders[i][at[i]]), at[i] == 0});
      }
      if (choice.options.empty()) return trace;
      const size_t number = trace.choices.size();
      choice.chosen = number < choices.size() ? choices[number] : go_on(choice);
      before = choice.chosen;
      done += std::to_string(before) + contenders[before][at[before]++];
      trace.choices.push_back(std::move(choice));
    }
  }
};

struct Explored {
  std::set<std::string> orders;
  size_t schedules = 0;
  size_t preemptions = 0;  // the most that one had
  size_t left_out = 0;
};

Explored explore(const Program& program, Search::Options options) {
  Search search(options);
  Explored explored;
  while (const auto choices = search.next()) {
    std::string done;
    const Trace trace = program.play(*choices, done);
    search.tell(trace, program.reached());
    explored.orders.insert(done);
    ++explored.schedules;
    explored.preemptions = std::max(explored.preemptions, trace.preemptions());
  }
  explored.left_out = search.left_out_for_conflict() + search.left_out_for_symmetry();
  return explored;
}

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

}  // namespace
}  // namespace peregrine::trial
