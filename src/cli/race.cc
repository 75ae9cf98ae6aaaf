// Plays journeys in which several contend, in every order of what they ask.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/kept_orders.h"
#include "cli/playing.h"
#include "cli/tell.h"

namespace peregrine::cli {

namespace {

std::string repeat_race(const Flags& flags, uint64_t seed) {
  std::string command = repeat_command(flags, "race", seed);
  const trial::RaceOptions& race = flags.race;
  if (race.times != trial::RaceOptions().times) command += fmt::format(" --times {}", race.times);
  if (race.bound) command += fmt::format(" --bound {}", *race.bound);
  if (race.order) command += fmt::format(" --order {}", fmt::join(*race.order, ","));
  return command;
}

bool is_kept_order(const lang::Plan& plan) { return plan.kept.has_value(); }

}  // namespace

int race_command(const Flags& flags) {
  const auto given = read_to_play(flags);
  if (!given) return kWrongFile;
  const auto races =
      static_cast<size_t>(std::ranges::count_if(given->project.journeys, trial::has_race));
  if (races == 0 && std::ranges::all_of(given->project.journeys, is_kept_order)) {
    return tell("it keeps an order of a race: `run` plays it", kWrongFile);
  }
  if (races == 0) {
    return tell(
        "no journey here has several who contend; write `race: { contenders: 2 }`, or "
        "`together` with branches",
        kWrongFile);
  }
  if (flags.race.order && races > 1) {
    return tell("--order is of one journey; name it", kWrongFile);
  }
  trial::RaceOptions options = flags.race;
  options.seed = seed_of(flags);
  options.repeat = repeat_race(flags, options.seed);
  options.replay = replay_command_of(flags, given->project.system);
  KeptOrders kept;
  const int code = play_trial(
      flags, *given, races,
      [&](io::Loop& loop, record::Observer& observer) {
        return trial::race(loop, given->project, options, observer);
      },
      flags.keep ? &kept : nullptr);
  return kept.tell_all(code);
}

}  // namespace peregrine::cli
