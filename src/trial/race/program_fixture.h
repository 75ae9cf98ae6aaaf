// For tests and measurements: contenders who each ask operations in turn, played without a system.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "trial/race/search.h"

namespace peregrine::trial {

// Of each contender what he asks, a letter an operation: `a` is read, `A` written, of a table of
// that name.
struct Program {
  std::vector<std::string> contenders;

  static bool writes(char operation) { return operation >= 'A' && operation <= 'Z'; }
  static char table(char operation) {
    return writes(operation) ? static_cast<char>(operation - 'A' + 'a') : operation;
  }
  static std::vector<boundary::Touch> touches(char operation) {
    return {{std::string(1, table(operation)),
             writes(operation) ? boundary::Touch::kWrites : boundary::Touch::kReads}};
  }
  // What each reaches, ever.
  std::vector<std::vector<boundary::Touch>> reached() const {
    std::vector<std::vector<boundary::Touch>> all;
    for (const std::string& operations : contenders) {
      std::vector<boundary::Touch>& of = all.emplace_back();
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
  bool exhausted = false;  // no more were to be played
};

// Plays order after order, but no more than so many, with those that it knows of.
inline Explored explore(const Program& program, Search::Options options, size_t most = SIZE_MAX) {
  Search search(options);
  Explored explored;
  while (explored.schedules + search.waiting() <= most) {
    const auto choices = search.next();
    explored.exhausted = !choices;
    if (!choices) break;
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

}  // namespace peregrine::trial
