#include "trial/load/load.h"

// Plays journeys by many users at once: how does the system bear them?
#include <fmt/core.h>

#include <optional>
#include <string>

#include "cli/playing.h"
#include "cli/tell.h"
#include "io/descriptors.h"
#include "io/processors.h"

namespace peregrine::cli {

namespace {

// Descriptors that are none of a user's connections: files, databases, pipes, third parties.
constexpr size_t kOtherDescriptors = 1000;

std::string repeat_load(const Flags& flags, uint64_t seed) {
  std::string command = repeat_command(flags, "load", seed);
  const trial::LoadChanges& load = flags.load;
  const auto seconds = [](base::Duration span) {
    return fmt::format("{}s", base::to_seconds(span));
  };
  if (load.users) command += fmt::format(" --users {}", *load.users);
  if (load.rate) command += fmt::format(" --rate {}/s", *load.rate);
  if (load.duration) command += " --for " + seconds(*load.duration);
  if (load.iterations) command += fmt::format(" --iterations {}", *load.iterations);
  if (load.warm_up) command += " --warm-up " + seconds(*load.warm_up);
  if (load.soak) command += " --soak " + seconds(*load.soak);
  if (load.find_limit) command += " --find-limit";
  if (flags.processes) command += fmt::format(" --processes {}", *flags.processes);
  if (flags.observe) command += " --observe";
  return command;
}

std::optional<std::string> mistake_of_soak(const trial::LoadChanges& load) {
  if (!load.soak) return std::nullopt;
  if (load.duration || load.iterations || load.find_limit) {
    return "--soak says how long the load is; leave --for, --iterations and --find-limit out";
  }
  if (*load.soak >= trial::kShortestSoak) return std::nullopt;
  return fmt::format("--soak {}: what leaks cannot be told in less than {}",
                     base::to_text(*load.soak), base::to_text(trial::kShortestSoak));
}

int refuse(const base::Error& error) { return tell(error.text, kWrongFile); }

}  // namespace

int load_command(const Flags& flags) {
  if (flags.load.users && flags.load.rate) {
    return refuse({base::Code::invalid, "--users and --rate say two things; leave one out"});
  }
  if (flags.load.duration && flags.load.iterations) {
    return refuse({base::Code::invalid, "--for and --iterations say two things; leave one out"});
  }
  if (const auto mistake = mistake_of_soak(flags.load)) return tell(*mistake, kWrongFile);
  const auto given = read_to_play(flags);
  if (!given) return kWrongFile;
  const auto loads = trial::plan_loads(given->project, flags.load);
  if (!loads) return refuse(loads.error());
  const size_t descriptors = io::raise_descriptor_limit();
  const size_t most =
      descriptors > 2 * kOtherDescriptors ? descriptors - kOtherDescriptors : descriptors / 2;
  const trial::ProcessRules processes{flags.processes, io::usable_processors(), most};
  if (const auto enough = trial::check_users(*loads, processes); !enough) {
    return refuse(enough.error());
  }
  const uint64_t seed = seed_of(flags);
  size_t journeys = 0;
  for (const trial::PlannedLoad& load : *loads) journeys += load.parts.size();
  const trial::LoadOptions options{seed, repeat_load(flags, seed), processes, flags.observe};
  return play_trial(flags, given->reports, journeys,
                    [&](io::Loop& loop, record::Observer& observer) {
                      return trial::load(loop, given->project, *loads, options, observer);
                    });
}

}  // namespace peregrine::cli
