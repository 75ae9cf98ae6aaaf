// The trial `load`: journeys played by many users at once, measured from the intended start.
//
// Each load begins with a clean database. `given` is played once, then the users play `steps`, and
// once they have ended `then`, `finally` and the invariants are played. Invariants that hold always
// are looked at meanwhile too.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/loop.h"
#include "lang/load_spec.h"
#include "lang/project.h"
#include "record/results.h"
#include "trial/load/processes.h"

namespace peregrine::trial {

// Of a soak that does not say so.
inline constexpr base::Duration kSoak = std::chrono::minutes(10);
// A shorter one could not be judged.
inline constexpr base::Duration kShortestSoak = std::chrono::seconds(20);

// What the command line says of every load, over what its file says.
struct LoadChanges {
  std::optional<uint64_t> users{};
  std::optional<double> rate{};  // plays in a second
  std::optional<base::Duration> duration{};
  std::optional<uint64_t> iterations{};
  std::optional<base::Duration> warm_up{};
  std::optional<base::Duration> soak{};  // for so long, and nothing may leak
  bool find_limit = false;               // each load is stepped up until a threshold falls

  bool empty() const {
    return !users && !rate && !duration && !iterations && !warm_up && !soak && !find_limit;
  }
};

// A load to play: one journey, or several mixed.
struct PlannedLoad {
  struct Part {
    const lang::Plan* plan;
    double weight;
  };

  std::string name;
  std::string file;
  int line = 0;
  lang::LoadSpec spec;
  std::vector<Part> parts;
  bool find_limit = false;  // it is stepped up until a threshold falls
};

// The loads of these journeys, and the mixes that speak of none but them. Fails, with what to do,
// when there is none, when one lacks what it needs, or speaks of a step that none of its journeys
// has. The project outlives them.
base::Result<std::vector<PlannedLoad>> plan_loads(const lang::Project& project,
                                                  const LoadChanges& changes);

// Fails when a load has more users than may play at the same time.
base::Result<> check_users(const std::vector<PlannedLoad>& loads, const ProcessRules& rules);

struct LoadOptions {
  uint64_t seed = 0;
  std::string repeat{};  // the command that plays this again
  ProcessRules processes{};
  bool observe = false;  // what services ask of databases is recorded too
};

// Starts the system, plays one load after the other, ends the system. Fails when the system cannot
// be started; whatever happens later is in the result.
io::Task<base::Result<record::RunResult>> load(io::Loop& loop, const lang::Project& project,
                                               const std::vector<PlannedLoad>& loads,
                                               LoadOptions options, record::Observer& observer);

}  // namespace peregrine::trial
