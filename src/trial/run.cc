#include "trial/run.h"

#include <fmt/core.h>

#include "play/player.h"
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

// Plays the journeys; leaves early when a service has fallen, on `fail_fast` and when cancelled.
io::Task<void> play_all(play::World& world, const lang::Project& project, const RunOptions& options,
                        record::Observer& observer, RunResult& result) {
  for (const lang::Plan& plan : project.journeys) {
    Result<> reset = co_await world.system.reset(world.loop.in(kResetWithin));
    if (!reset) {
      if (result.verdict == Verdict::passed) result.verdict = Verdict::inconclusive;
      result.note = reset.error().to_string();
      co_return;
    }
    world.timeline.clear();
    play::Player player(world, plan, options.seed, observer);
    result.journeys.push_back(co_await player.play());
    const Verdict verdict = result.journeys.back().verdict;
    if (verdict == Verdict::inconclusive) {
      if (result.verdict == Verdict::passed) result.verdict = Verdict::inconclusive;
      result.note = "interrupted";
      co_return;
    }
    if (verdict == Verdict::failed) result.verdict = Verdict::failed;
    if (world.system.fallen()) co_return;
    if (verdict == Verdict::failed && options.fail_fast) co_return;
  }
}

}  // namespace

io::Task<Result<RunResult>> run(io::Loop& loop, const lang::Project& project, RunOptions options,
                                record::Observer& observer) {
  RunResult result;
  result.trial = "run";
  result.system = project.system.name;
  result.seed = options.seed;
  result.started = base::wall_now();
  result.repeat = options.repeat;
  const base::Instant begin = base::monotonic_now();

  record::Timeline timeline;
  CO_TRY(auto system, co_await system::RunningSystem::start(loop, project.system, timeline,
                                                            loop.in(kStartWithin)));
  result.startup = base::monotonic_now() - begin;
  observer.system_ready(result);
  {
    net::HttpClient http(loop);
    play::World world{loop, *system, timeline, http};
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
  co_return result;
}

}  // namespace peregrine::trial
