// Plays each journey once: does it work?
#include "trial/run.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string>

#include "cli/playing.h"
#include "cli/tell.h"

namespace peregrine::cli {

namespace {

std::string repeat_run(const Flags& flags, uint64_t seed) {
  std::string command = repeat_command(flags, "run", seed);
  if (flags.repeat > 1) command += fmt::format(" --repeat {}", flags.repeat);
  if (flags.shuffle) command += " --shuffle";
  if (flags.fail_fast) command += " --fail-fast";
  return command;
}

// There is but one of what Peregrine does not start itself.
std::optional<std::string> refuse_copies(const Flags& flags, const lang::SystemSpec& system) {
  const auto elsewhere = std::ranges::find_if(
      system.services, [](const lang::ServiceSpec& service) { return service.url.has_value(); });
  if (flags.jobs <= 1 || elsewhere == system.services.end()) return std::nullopt;
  return fmt::format(
      "-j {} starts so many copies of the system, and of the service `{}`, which runs elsewhere "
      "(`url:`), there is one; leave -j out",
      flags.jobs, elsewhere->name);
}

}  // namespace

int run_command(const Flags& flags) {
  const auto given = read_to_play(flags);
  if (!given) return kWrongFile;
  if (const auto elsewhere = refuse_copies(flags, given->project.system)) {
    return tell(*elsewhere, kWrongFile);
  }
  const uint64_t seed = seed_of(flags);
  const trial::RunOptions options{.seed = seed,
                                  .rounds = flags.repeat,
                                  .shuffle = flags.shuffle,
                                  .fail_fast = flags.fail_fast,
                                  .repeat = repeat_run(flags, seed),
                                  .replay = replay_command_of(flags, given->project.system),
                                  .jobs = flags.jobs,
                                  .keep_events = shows_events(given->reports)};
  return play_trial(flags, *given, trial::planned_plays(given->project, options),
                    [&](io::Loop& loop, record::Observer& observer) {
                      return trial::run(loop, given->project, options, observer);
                    });
}

}  // namespace peregrine::cli
