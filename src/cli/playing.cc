#include "cli/playing.h"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "base/random.h"
#include "base/text.h"
#include "cli/exports.h"
#include "cli/notes.h"
#include "cli/reading.h"
#include "cli/replay_folder.h"
#include "cli/tell.h"
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

io::Task<void> play_into(io::Task<Result<RunResult>> trial, Outcome& outcome) {
  outcome = co_await std::move(trial);
}

bool only_thresholds_fell(const RunResult& result) {
  const bool journeys_held = std::ranges::none_of(
      result.journeys,
      [](const record::JourneyResult& journey) { return journey.verdict == Verdict::failed; });
  const bool all_held = std::ranges::all_of(result.loads, &record::LoadResult::thresholds_held);
  return journeys_held && !all_held && result.note.empty();
}

using LiveReports = std::vector<std::unique_ptr<LiveReport>>;

record::Observers all_of(std::vector<record::Observer*> all, const LiveReports& live,
                         Exports& exports) {
  for (const auto& report : live) all.push_back(&report->observer());
  if (exports.observer()) all.push_back(exports.observer());
  return record::Observers(std::move(all));
}

// Of a run that has ended; gives the exit code.
int tell_result(report::Terminal& terminal, const std::vector<ReportRequest>& reports,
                const LiveReports& live, const RunResult& result) {
  terminal.summary(result);
  if (auto written = write_reports(reports, result); !written) {
    return tell(written.error().to_string(), kOwnError);
  }
  for (const auto& report : live) {
    if (auto written = report->written(); !written)
      return tell(written.error().to_string(), kOwnError);
  }
  return exit_code(result);
}

}  // namespace

int exit_code(const RunResult& result) {
  switch (result.verdict) {
    case Verdict::passed:
      return kHeld;
    case Verdict::failed:
      return only_thresholds_fell(result) ? kCrossed : kFell;
    case Verdict::inconclusive:
    case Verdict::skipped:
      break;
  }
  return kInconclusive;
}

std::optional<ToPlay> read_to_play(const Flags& flags) {
  auto reports = parse_reports(flags.reports);
  if (!reports) {
    tell(reports.error().to_string());
    return std::nullopt;
  }
  auto project = read_or_tell(flags);
  if (!project || refuse_system(*project)) return std::nullopt;
  if (project->journeys.empty()) {
    tell("there is no journey here, only what journeys speak of");
    return std::nullopt;
  }
  return ToPlay{*std::move(project), *std::move(reports)};
}

uint64_t seed_of(const Flags& flags) { return flags.seed.value_or(base::fresh_seed() >> 32); }

std::string repeat_command(const Flags& flags, std::string_view name, uint64_t seed) {
  std::string command = fmt::format("{} {}", base::in_shell(flags.program), name);
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
  return command;
}

trial::ReplayCommand replay_command_of(const Flags& flags, const lang::SystemSpec& system) {
  trial::ReplayCommand command{fmt::format("{} replay ", base::in_shell(flags.program)), ""};
  std::string folder = system.source->folder();
  // Where a path was given from the root on, it is told so.
  const bool whole = std::ranges::any_of(
      flags.paths, [](const std::string& path) { return path.starts_with('/'); });
  if (whole) {
    folder = std::filesystem::absolute(system.source->path()).lexically_normal().parent_path();
  }
  if (folder != ".") command.after += " " + base::in_shell(folder);
  for (const std::string& host : flags.system.allowed_hosts) {
    command.after += " --allow-host " + base::in_shell(host);
  }
  return command;
}

int play_trial(const Flags& flags, const ToPlay& given, size_t results, const Play& play,
               record::Observer* beside) {
  const std::vector<ReportRequest>& reports = given.reports;
  remove_earlier_reports(reports);
  auto live = open_live_reports(reports);
  if (!live) return tell(live.error().to_string(), kOwnError);
  auto loop = io::Loop::create();
  if (!loop) return tell(loop.error().to_string(), kOwnError);
  auto interrupts = io::Interrupts::take(**loop, {SIGINT, SIGTERM, SIGHUP});
  if (!interrupts) return tell(interrupts.error().to_string(), kOwnError);
  auto exports = Exports::open(**loop, flags);
  if (!exports) return tell(exports.error().to_string(), kWrongFile);
  if (!flags.quiet && !(*exports)->served_at().empty()) {
    tell("metrics are at " + (*exports)->served_at());
  }

  report::Terminal terminal(stdout, terminal_options(flags), results);
  ReplayKeeper keeper(ReplayFolder(given.project.system.source->folder()));
  std::vector<record::Observer*> told = {&terminal, &keeper};
  if (beside) told.push_back(beside);
  record::Observers observers = all_of(std::move(told), *live, **exports);
  Outcome outcome;
  const int signal = (*loop)->run(until_signal(
      **loop, *interrupts, (*exports)->beside(play_into(play(**loop, observers), outcome))));
  if (signal != 0 && (!outcome || !*outcome)) {
    fmt::print(stderr, "\ninterrupted; everything that was started has been ended\n");
    return 128 + signal;
  }
  if (!*outcome) {
    fmt::print(stderr, "The system could not be started: {}\n", (*outcome).error().to_string());
    return kNotStarted;
  }
  const int code = tell_result(terminal, reports, *live, **outcome);
  if (!keeper.kept()) {
    tell(
        fmt::format("`replay` will not find by its id what fell: {}\na report (--report "
                    "json=PATH) has it too, for `replay ID --from PATH`",
                    keeper.kept().error().to_string()));
  }
  (void)(*loop)->run(until_signal(**loop, *interrupts, (*exports)->finish()));
  if (const std::string failures = (*exports)->failures(); !failures.empty()) tell(failures);
  return signal != 0 && code != kOwnError ? 128 + signal : code;
}

}  // namespace peregrine::cli
