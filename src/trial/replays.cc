#include "trial/replays.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <filesystem>

namespace peregrine::trial {

namespace fs = std::filesystem;

using record::Replay;

namespace {

// From the folder of the system's file.
std::string path_within(const lang::SystemSpec& system, const lang::Source& source) {
  const auto whole = [](const std::string& path) {
    std::error_code error;
    return fs::absolute(path, error).lexically_normal();
  };
  // Without an end that is empty: the folder may be written as `.`.
  const fs::path folder = whole(system.source->path()).parent_path();
  return whole(source.path()).lexically_relative(folder).generic_string();
}

}  // namespace

Replay Replays::begin(std::string trial, const lang::Source& source,
                      const std::string& journey) const {
  Replay replay;
  replay.trial = std::move(trial);
  replay.file = path_within(system_, source);
  replay.journey = journey;
  replay.environment = system_.environment;
  replay.seed = seed_;
  return replay;
}

void Replays::name(Replay& replay, const std::vector<std::string>& words) const {
  std::vector<std::string> all = {replay.trial, replay.file, replay.journey, replay.environment};
  all.insert(all.end(), words.begin(), words.end());
  replay.id = record::replay_id(all);
  replay.command = command_.before + replay.id + command_.after;
}

Replay Replays::of_play(const lang::Plan& plan, uint64_t round) const {
  Replay replay = begin("run", *plan.source, plan.name);
  replay.round = round;
  name(replay, {std::to_string(seed_), std::to_string(round)});
  return replay;
}

void Replays::name_findings(record::RaceResult& race, const lang::Plan& plan,
                            uint64_t times) const {
  for (record::RaceFinding& finding : race.findings) {
    Replay& replay = finding.replay;
    replay = plan.kept ? begin("race", *plan.kept->of, plan.kept->journey)
                       : begin("race", *plan.source, plan.name);
    if (plan.kept) replay.seed = plan.kept->seed.value_or(seed_);
    replay.order = finding.order;
    replay.times = finding.order.empty() ? times : 0;
    name(replay, {finding.kind, fmt::format("{}", fmt::join(finding.order, ","))});
  }
}

}  // namespace peregrine::trial
