// Whether an attempt at a step brought what was expected.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "play/action.h"
#include "record/results.h"

namespace peregrine::play {

// What one attempt at a step came to.
struct Tried {
  std::optional<base::Error> error{};  // it could not be carried out
  std::vector<record::Mismatch> mismatches{};
  size_t passed = 0;
  size_t failed = 0;
  std::string seen{};
  std::map<lang::Slot, std::string> absent{};      // as Attempt::absent
  std::optional<net::HttpCall> partly{};           // as Attempt::partly
  std::optional<Asked> asked{};                    // as Attempt::asked
  std::optional<base::Instant> came{};             // as Attempt::came
  bool lost = false;                               // `lost` held instead of `expect`
  bool saving = false;                             // it held, and what it saw is being saved
  bool too_late = false;                           // it held, but `within` was over
  bool fell = false;                               // it held, but not for as long as `stays` says
  std::string over{};                              // as Attempt::over
  size_t round = 1;                                // of `times`
  std::optional<boundary::Performed> performed{};  // as Attempt::performed
  std::optional<size_t> acts_done{};               // as Attempt::acts_done
  bool held() const { return !error && failed == 0 && !too_late && !fell; }
};

// Compares what the attempt saw with `expect`, and when that does not hold with `lost`.
void judge(const lang::Step& step, const Attempt& attempt, Tried& tried);

// Whether `expect` or `lost` of the step says what this should be.
bool judges(const lang::Step& step, std::string_view name);

// What the step's expectations looked at, on one line.
std::string describe_seen(const lang::Step& step, const Attempt& attempt);

// Adds what an attempt saw to what is told if the step fails: the distinct values, a few of them.
void keep_seen(const Tried& tried, record::Failure& failure);

// Why a step that was tried so did not hold: a sentence.
std::string describe(const lang::Step& step, const Tried& tried);

}  // namespace peregrine::play
