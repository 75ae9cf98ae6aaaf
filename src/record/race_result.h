// What a race has shown: which orders were played, and what was found in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "record/replay.h"

namespace peregrine::record {

// A line of a service's log.
struct RaceLog {
  std::string source{};
  std::string text{};
};

// One thing that happened in an order, in the order in which it happened.
struct RaceAct {
  // `asks`: an operation goes to a database or third party. `commits`: of one that was divided the
  // second half, with its outcome: others see now what it has done. `blocks`: it waits there for
  // another's, and `goes_on` some time after.
  enum class Kind { begins, asks, commits, blocks, goes_on, ends } kind = Kind::asks;
  size_t contender = 0;  // from 0
  std::string boundary{};
  std::string text{};
  std::string outcome{};
  bool failed = false;
  bool preempts = false;  // who went on before could have gone on
  // What services wrote to their logs after it and before the next act: the first lines, and how
  // many came behind them.
  std::vector<RaceLog> logs{};
  size_t more_logs = 0;
};

std::string_view to_string(RaceAct::Kind kind);

// From where on a finding could no longer be avoided: every order that begins as its own does up to
// there was played, as far as a search would play it, and fell in some way. Of those that begin so
// up to the act before, one holds.
struct NoReturn {
  std::optional<size_t> act{};  // the last that all begin with, by place; nothing: none that was
                                // played holds, whoever began
  size_t orders = 0;            // that were played and fell, with the finding's own
  size_t preemptions = 0;       // as many had they at most
};

struct RaceFinding {
  // "invariant", "expectation", "not serial", "server error", "hang", "at once": it fell when all
  // went at once, and no order that was played shows it.
  std::string kind{};
  std::string what{};           // in a sentence
  std::vector<size_t> order{};  // who went on at each choice: replays it
  std::vector<RaceAct> acts{};
  size_t preemptions = 0;
  size_t schedule = 0;  // how many orders had been played, with it
  size_t replayed = 0, confirmed = 0;
  std::optional<NoReturn> no_return{};
  std::string no_return_note{};  // why that is not known, though it was looked for
  size_t further = 0;            // orders that were played to look for it
  Replay replay{};
};

struct RaceResult {
  std::string name{};
  std::string file{};
  int line = 0;
  // As people call them: by what they do; by their numbers, "1", "2", where all do the same.
  std::vector<std::string> contenders{};
  size_t fired = 0, fired_fell = 0;         // all at once: how often, and how often it fell
  size_t schedules = 0;                     // orders that were played
  size_t sampled = 0;                       // of them by chance
  size_t serial_orders = 0;                 // one after the other, to compare with
  size_t operations = 0;                    // of the longest
  size_t bound = 0;                         // preemptions
  bool exhausted = false;                   // every order up to the bound was played
  std::string stopped{};                    // why not
  size_t without_conflict = 0;              // orders that were left out: nothing conflicts
  size_t symmetric = 0;                     // the same with contenders who do the same
  std::vector<std::string> not_compared{};  // parts of the state that differ by themselves
  std::string serial_note{};                // why end states were not compared, if they were not
  base::Duration median{};                  // of a schedule, with its reset
  std::vector<RaceFinding> findings{};
};

// What a contender is called where nothing else says what he is: "contender 1", "The guest
// cancels".
std::string title_of_contender(const std::string& name);

}  // namespace peregrine::record
