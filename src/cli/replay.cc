// peregrine replay: one thing that failed is played again, exactly.
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "cli/playing.h"
#include "cli/replay_folder.h"
#include "cli/tell.h"
#include "lang/files_beside.h"
#include "report/replay_json.h"
#include "trial/run.h"

namespace peregrine::cli {

namespace fs = std::filesystem;

using base::Code;
using base::Result;
using record::Replay;

namespace {

constexpr uintmax_t kMostBytes = uintmax_t{256} << 20;  // of a report
constexpr size_t kMostShown = 5;
constexpr size_t kMostReplays = 10'000;  // of a report

Result<> add_replays(const std::string& json, std::vector<Replay>& all) {
  TRY(const base::Value value, base::parse_json(json));
  TRY(std::vector<Replay> found, report::replays_in(value));
  std::ranges::move(found, std::back_inserter(all));
  if (all.size() <= kMostReplays) return {};
  return base::fail(Code::limit, "it has more than {} failures", kMostReplays);
}

// A report `jsonl` has an object on each line; the last may be of a run that was killed within it.
// One that is `json` has a `{` alone on its first.
Result<std::vector<Replay>> replays_of(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!error && size > kMostBytes) {
    return base::fail(Code::limit, "{} has more than {} bytes", path, kMostBytes);
  }
  std::ifstream file(path, std::ios::binary);
  std::string line;
  if (!file || !std::getline(file, line)) {
    return base::fail(Code::not_found, "{} cannot be read, or is empty", path);
  }
  std::vector<Replay> all;
  const auto failed = [&path](const base::Error& why) {
    return base::because(why,
                         fmt::format("{} is no report `json` or `jsonl` that can be read", path));
  };
  if (!base::parse_json(line)) {
    std::string whole = line + "\n";
    whole.append(std::istreambuf_iterator<char>(file), {});
    if (const Result<> added = add_replays(whole, all); !added) return failed(added.error());
    return all;
  }
  do {
    const Result<> added = add_replays(line, all);
    if (!added && !file.eof()) return failed(added.error());
  } while (std::getline(file, line));
  return all;
}

std::string listed(const std::vector<Replay>& replays) {
  std::string text;
  for (size_t i = 0; i < std::min(replays.size(), kMostShown); ++i) {
    text += fmt::format("\n  {}  {}  {}", replays[i].id, replays[i].trial, replays[i].journey);
  }
  return text;
}

Result<Replay> find_in_report(const std::string& path, const std::string& id) {
  TRY(const std::vector<Replay> all, replays_of(path));
  const auto found = std::ranges::find(all, id, &Replay::id);
  if (found != all.end()) return *found;
  if (all.empty()) return base::fail(Code::not_found, "nothing in {} has an id", path);
  return base::fail(Code::not_found, "there is no {} in {}; it has {}{}", id, path, all.size(),
                    listed(all));
}

Result<Replay> find_beside(const fs::path& system, const std::string& id) {
  const ReplayFolder folder(system.has_parent_path() ? system.parent_path().string() : ".");
  Result<Replay> found = folder.find(id);
  if (found || found.error().code != Code::not_found) return found;
  const std::vector<Replay> newest = folder.newest(kMostShown);
  return base::fail(Code::not_found, "nothing that failed beside {} has the id {}{}{}",
                    system.string(), id,
                    newest.empty() ? "; of a report made elsewhere: --from REPORT" : "; the last:",
                    listed(newest));
}

// What is played, or why not.
Result<Replay> find(const Flags& flags, const fs::path& system) {
  const std::string& id = flags.name;
  if (!record::is_replay_id(id)) {
    return base::fail(Code::invalid, "`{}` is no id: one has eight of 0-9 and a-f, as 1a2b3c4d",
                      id);
  }
  TRY(Replay replay, flags.from.empty() ? find_beside(system, id) : find_in_report(flags.from, id));
  const bool race = replay.trial == "race" && (!replay.order.empty() || replay.times > 0);
  if (!race && replay.trial != "run") {
    return base::fail(Code::invalid, "{} is of the trial `{}`, which this version does not replay",
                      id, replay.trial);
  }
  if (!fs::exists(system.parent_path() / replay.file)) {
    return base::fail(Code::not_found, "{} is of {}, which is not there any more", id, replay.file);
  }
  return replay;
}

int play_race(const Flags& flags, const ToPlay& given, const Replay& replay,
              const trial::ReplayCommand& command) {
  if (!std::ranges::all_of(given.project.journeys, trial::has_race)) {
    return tell(fmt::format("in {} nobody contends any more", replay.file), kWrongFile);
  }
  trial::RaceOptions options;
  options.seed = replay.seed;
  if (!replay.order.empty()) options.order = replay.order;
  options.at_once_alone = replay.order.empty();
  options.times = replay.times;
  options.is_replay = true;
  options.repeat = command.before + replay.id + command.after;
  options.replay = command;
  return play_trial(flags, given, 1, [&](io::Loop& loop, record::Observer& observer) {
    return trial::race(loop, given.project, options, observer);
  });
}

int play_run(const Flags& flags, const ToPlay& given, const Replay& replay,
             const trial::ReplayCommand& command) {
  const trial::RunOptions options{.seed = replay.seed,
                                  .first_round = replay.round,
                                  .is_replay = true,
                                  .repeat = command.before + replay.id + command.after,
                                  .replay = command,
                                  .keep_events = shows_events(given.reports)};
  return play_trial(flags, given, 1, [&](io::Loop& loop, record::Observer& observer) {
    return trial::run(loop, given.project, options, observer);
  });
}

}  // namespace

int replay_command(const Flags& flags) {
  const fs::path path = flags.paths.front();
  std::error_code error;
  auto system = lang::find_system_file(fs::is_directory(path, error) ? path : path.parent_path());
  if (!system || !fs::exists(path, error)) {
    return tell(fmt::format("{}: {}", path.string(),
                            system ? "no such file or folder"
                                   : "there is no system.yaml here or in a folder above"),
                kWrongFile);
  }
  if (path.is_absolute()) system = fs::absolute(*system, error).lexically_normal();
  const auto replay = find(flags, *system);
  if (!replay) return tell(replay.error().to_string(), kWrongFile);
  Flags of_it = flags;
  of_it.paths = {(system->parent_path() / replay->file).string()};
  of_it.system.environment = replay->environment;
  const auto given = read_to_play(of_it);
  if (!given) return kWrongFile;
  const trial::ReplayCommand command = replay_command_of(flags, given->project.system);
  if (replay->trial == "race") return play_race(of_it, *given, *replay, command);
  return play_run(of_it, *given, *replay, command);
}

}  // namespace peregrine::cli
