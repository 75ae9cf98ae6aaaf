#include "trial/run.h"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>

#include "base/random.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/notes.h"
#include "cli/reading.h"
#include "cli/reports.h"
#include "cli/terminal_options.h"
#include "cli/until_signal.h"
#include "io/interrupts.h"
#include "record/observers.h"
#include "report/terminal.h"

namespace peregrine::cli {

using base::Result;
using record::RunResult;
using record::Verdict;

namespace {

using Outcome = std::optional<Result<RunResult>>;

io::Task<void> play(io::Loop& loop, const lang::Project& project, const trial::RunOptions& options,
                    record::Observer& observer, Outcome& outcome) {
  outcome = co_await trial::run(loop, project, options, observer);
}

std::string repeat_command(const Flags& flags, uint64_t seed) {
  std::string command = base::in_shell(flags.program) + " run";
  auto add = [&command](std::string_view flag, const std::string& value) {
    command += fmt::format(" {} {}", flag, base::in_shell(value));
  };
  for (const std::string& path : flags.paths) command += " " + base::in_shell(path);
  if (!flags.system.environment.empty()) add("--env", flags.system.environment);
  for (const std::string& host : flags.system.allowed_hosts) add("--allow-host", host);
  if (!flags.selection.only.empty()) add("--only", flags.selection.only);
  for (const std::string& tag : flags.selection.tags) add("--tag", tag);
  for (const std::string& id : flags.selection.covers) add("--covers", id);
  add("--seed", std::to_string(seed));
  if (flags.repeat > 1) add("--repeat", std::to_string(flags.repeat));
  if (flags.shuffle) command += " --shuffle";
  if (flags.fail_fast) command += " --fail-fast";
  return command;
}

int exit_code(const RunResult& result) {
  switch (result.verdict) {
    case Verdict::passed:
      return kHeld;
    case Verdict::failed:
      return kFell;
    case Verdict::inconclusive:
    case Verdict::skipped:
      break;
  }
  return kInconclusive;
}

record::Observers all_of(record::Observer& terminal,
                         const std::vector<std::unique_ptr<LiveReport>>& live) {
  std::vector<record::Observer*> all = {&terminal};
  for (const auto& report : live) all.push_back(&report->observer());
  return record::Observers(std::move(all));
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

int tell_own_error(const base::Error& error) {
  fmt::print(stderr, "peregrine: {}\n", error.to_string());
  return kOwnError;
}

}  // namespace

int run_command(const Flags& flags) {
  const auto reports = parse_reports(flags.reports);
  if (!reports) {
    fmt::print(stderr, "peregrine: {}\n", reports.error().to_string());
    return kWrongFile;
  }
  const auto project = read_or_tell(flags);
  if (!project || refuse_system(*project)) return kWrongFile;
  if (project->journeys.empty()) {
    fmt::print(stderr, "peregrine: there is no journey here, only what journeys speak of\n");
    return kWrongFile;
  }
  if (const auto elsewhere = refuse_copies(flags, project->system)) {
    fmt::print(stderr, "peregrine: {}\n", *elsewhere);
    return kWrongFile;
  }
  remove_earlier_reports(*reports);
  auto live = open_live_reports(*reports);
  if (!live) return tell_own_error(live.error());
  auto loop = io::Loop::create();
  if (!loop) return tell_own_error(loop.error());
  auto interrupts = io::Interrupts::take(**loop, {SIGINT, SIGTERM, SIGHUP});
  if (!interrupts) return tell_own_error(interrupts.error());

  const uint64_t seed = flags.seed.value_or(base::fresh_seed() >> 32);
  const trial::RunOptions options{seed,
                                  flags.repeat,
                                  flags.shuffle,
                                  flags.fail_fast,
                                  repeat_command(flags, seed),
                                  flags.jobs,
                                  shows_events(*reports)};
  report::Terminal terminal(stdout, terminal_options(flags),
                            trial::planned_plays(*project, options));
  record::Observers observers = all_of(terminal, *live);
  Outcome outcome;
  const int signal = (*loop)->run(
      until_signal(**loop, *interrupts, play(**loop, *project, options, observers, outcome)));
  if (signal != 0 && (!outcome || !*outcome)) {
    fmt::print(stderr, "\ninterrupted; everything that was started has been ended\n");
    return 128 + signal;
  }
  if (!*outcome) {
    fmt::print(stderr, "The system could not be started: {}\n", (*outcome).error().to_string());
    return kNotStarted;
  }
  const RunResult& result = **outcome;
  terminal.summary(result);
  if (auto written = write_reports(*reports, result); !written) {
    return tell_own_error(written.error());
  }
  for (const auto& report : *live) {
    if (auto written = report->written(); !written) return tell_own_error(written.error());
  }
  return signal != 0 ? 128 + signal : exit_code(result);
}

}  // namespace peregrine::cli
