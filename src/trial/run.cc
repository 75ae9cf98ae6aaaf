#include "trial/run.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/random.h"
#include "play/fits.h"
#include "play/player.h"
#include "record/masking.h"
#include "system/environment_secrets.h"
#include "system/running_system.h"

namespace peregrine::trial {

using base::Result;
using record::RunResult;
using record::Verdict;
using namespace std::chrono_literals;

namespace {

constexpr base::Duration kStartWithin = 60s;
constexpr base::Duration kResetWithin = 30s;
constexpr base::Duration kLastWords = 20ms;

// What a play that was not finished means for the whole.
void leave_inconclusive(RunResult& result, std::string note) {
  if (result.verdict == Verdict::passed) result.verdict = Verdict::inconclusive;
  result.note = std::move(note);
}

record::JourneyResult skipped(const lang::Plan& plan, record::Observer& observer) {
  record::JourneyResult result = play::begin_result(plan);
  result.skip = reason_to_skip(plan);
  result.verdict = Verdict::skipped;
  observer.journey_finished(result);
  return result;
}

// Plays one journey from a clean database. False when nothing can be played after it.
io::Task<bool> play_one(play::World& world, const lang::Plan& plan, play::Turn turn,
                        record::Observer& observer, RunResult& result) {
  Result<> reset = co_await world.system.reset(world.loop.in(kResetWithin), plan.clock);
  if (!reset) {
    leave_inconclusive(result, reset.error().to_string());
    co_return false;
  }
  if (world.timeline) world.timeline->begin_play(plan.name);
  play::Player player(world, plan, observer);
  const Verdict verdict = co_await player.play(turn);
  result.journeys.push_back(player.take_result());
  if (verdict == Verdict::inconclusive) leave_inconclusive(result, "interrupted");
  if (verdict == Verdict::failed) result.verdict = Verdict::failed;
  co_return verdict != Verdict::inconclusive && !world.system.fallen();
}

// Plays round after round; leaves early when a service has fallen, on `fail_fast` and when
// cancelled.
io::Task<void> play_all(play::World& world, const lang::Project& project, const RunOptions& options,
                        record::Observer& observer, RunResult& result) {
  for (uint64_t round = 0; round < options.rounds; ++round) {
    for (const lang::Plan* plan : order_of(project, options, round)) {
      if (!reason_to_skip(*plan).empty()) {
        if (round == 0) result.journeys.push_back(skipped(*plan, observer));
        continue;
      }
      const play::Turn turn{options.seed + round, round};
      if (!co_await play_one(world, *plan, turn, observer, result)) co_return;
      if (result.verdict == Verdict::failed && options.fail_fast) co_return;
    }
  }
}

size_t count_played(const lang::Project& project) {
  return static_cast<size_t>(std::ranges::count_if(
      project.journeys, [](const lang::Plan& plan) { return reason_to_skip(plan).empty(); }));
}

RunResult begin_result(const lang::Project& project, const RunOptions& options) {
  RunResult result;
  result.trial = "run";
  result.system = project.system.name;
  result.seed = options.seed;
  result.rounds = options.rounds;
  result.shuffled = options.shuffle;
  result.started = base::wall_now();
  result.repeat = options.repeat;
  for (const lang::ServiceSpec& service : project.system.services) {
    result.parties.push_back({service.name, record::Party::Kind::service});
  }
  for (const lang::DatabaseSpec& database : project.system.databases) {
    result.parties.push_back({database.name, record::Party::Kind::database});
  }
  for (const lang::ProviderUse& provider : project.system.providers) {
    result.parties.push_back({provider.name, record::Party::Kind::provider});
  }
  if (project.system.mail) {
    result.parties.push_back({"mail", record::Party::Kind::provider});
  }
  return result;
}

// The whole run, with nothing masked.
io::Task<Result<RunResult>> run_unmasked(io::Loop& loop, const lang::Project& project,
                                         RunOptions options, record::Timeline& timeline,
                                         record::Observer& observer) {
  RunResult result = begin_result(project, options);
  observer.run_started(result);
  if (count_played(project) == 0) {
    for (const lang::Plan* plan : order_of(project, options, 0)) {
      result.journeys.push_back(skipped(*plan, observer));
    }
    observer.run_finished(result);
    co_return result;
  }
  const base::Instant begin = base::monotonic_now();
  auto started = co_await system::RunningSystem::start(loop, project.system, timeline,
                                                       {.seed = options.seed, .fits = play::fits},
                                                       loop.in(kStartWithin));
  if (!started) {
    observer.not_started(result, started.error());
    co_return std::unexpected(started.error());
  }
  const auto system = *std::move(started);
  result.startup = base::monotonic_now() - begin;
  observer.system_ready(result);
  {
    net::HttpClient http(loop);
    record::EventKeeper keeper;
    play::World world{loop, *system, http, &timeline, options.keep_events ? &keeper : nullptr};
    co_await play_all(world, project, options, observer, result);
    // A service that died of the last request is told of a moment later.
    (void)co_await loop.sleep(kLastWords);
    if (auto fallen = system->fallen()) {
      result.verdict = Verdict::failed;
      result.note = fmt::format("{}; nothing was played after that", *fallen);
    }
  }
  co_await system->stop();
  result.duration = base::monotonic_now() - begin;
  observer.run_finished(result);
  co_return result;
}

}  // namespace

std::string reason_to_skip(const lang::Plan& plan) {
  return plan.skip.empty() ? lang::reason_not_to_play(plan.not_playable) : plan.skip;
}

size_t planned_plays(const lang::Project& project, const RunOptions& options) {
  const auto skips = project.journeys.size() - count_played(project);
  return skips + count_played(project) * options.rounds;
}

std::vector<const lang::Plan*> order_of(const lang::Project& project, const RunOptions& options,
                                        uint64_t round) {
  std::vector<const lang::Plan*> order;
  for (const lang::Plan& plan : project.journeys) order.push_back(&plan);
  if (!options.shuffle) return order;
  // Fisher and Yates's; std::shuffle may give another order with another standard library.
  base::Random random = base::Random::stream(options.seed + round, "order of journeys");
  for (size_t left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[random.below(left)]);
  }
  return order;
}

io::Task<Result<RunResult>> run(io::Loop& loop, const lang::Project& project, RunOptions options,
                                record::Observer& observer) {
  record::Timeline timeline;
  system::add_environment_secrets(project, timeline.secrets());
  record::MaskedObserver masked(observer, timeline.secrets());
  Result<RunResult> result =
      co_await run_unmasked(loop, project, std::move(options), timeline, masked);
  if (!result) co_return std::unexpected(record::masked(result.error(), timeline.secrets()));
  record::mask(*result, timeline.secrets());
  co_return result;
}

}  // namespace peregrine::trial
