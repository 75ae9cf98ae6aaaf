#include "trial/run.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.h"
#include "play/fits.h"
#include "play/player.h"
#include "record/masking.h"
#include "system/environment_secrets.h"
#include "system/running_system.h"
#include "trial/begin.h"
#include "trial/in_order.h"

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

record::JourneyResult skipped(const lang::Plan& plan) {
  record::JourneyResult result = play::begin_result(plan);
  result.skip = reason_to_skip(plan);
  result.verdict = Verdict::skipped;
  return result;
}

// The plays of a run, one after the other.
class Queue {
 public:
  Queue(const lang::Project& project, const RunOptions& options)
      : project_(project), options_(options) {}

  struct Next {
    const lang::Plan* plan;
    play::Turn turn;
    size_t number;  // counted from 0
  };
  std::optional<Next> take() {
    while (!stopped_ && round_ < options_.rounds) {
      if (at_ == 0) order_ = order_of(project_, options_, round_);
      if (at_ == order_.size()) {
        at_ = 0;
        ++round_;
        continue;
      }
      const lang::Plan* plan = order_[at_++];
      // One that is skipped is told of once.
      if (round_ > 0 && !reason_to_skip(*plan).empty()) continue;
      return Next{plan, {options_.seed + round_, round_}, number_++};
    }
    return std::nullopt;
  }
  // Nothing is played any more after what is being played.
  void stop() { stopped_ = true; }

 private:
  const lang::Project& project_;
  const RunOptions& options_;
  std::vector<const lang::Plan*> order_;
  uint64_t round_ = 0;
  size_t at_ = 0;  // in the order of the round
  size_t number_ = 0;
  bool stopped_ = false;
};

// A run that is under way.
struct Run {
  io::Loop& loop;
  const lang::Project& project;
  const RunOptions& options;
  RunResult& result;
  Queue queue;
  InOrder order;
  record::EventKeeper keeper{};
};

// A system, and what is needed to play against it. Each copy has an address of its own.
struct Copy {
  record::Timeline* timeline = nullptr;
  std::unique_ptr<system::RunningSystem> system{};
  base::Error why{};  // it could not be started
};

// Plays one journey from a clean database. False when nothing can be played after it.
io::Task<bool> play_one(play::World& world, const Queue::Next& next, Run& run) {
  const base::Instant begun = base::monotonic_now();
  Result<> reset = co_await world.system().reset(world.loop.in(kResetWithin), next.plan->clock);
  if (!reset) {
    leave_inconclusive(run.result, reset.error().to_string());
    co_return false;
  }
  const base::Duration took = base::monotonic_now() - begun;
  world.timeline->begin_play(next.plan->name);
  play::Player player(world, *next.plan, run.order.begin(next.number));
  const Verdict verdict = co_await player.play(next.turn);
  record::JourneyResult played = player.take_result();
  played.reset = took;
  run.order.finish(next.number, std::move(played));
  if (verdict == Verdict::inconclusive) leave_inconclusive(run.result, "interrupted");
  if (verdict == Verdict::failed) run.result.verdict = Verdict::failed;
  co_return verdict != Verdict::inconclusive && !world.fallen();
}

// Plays what is next, again and again; leaves early when a service has fallen, on `fail_fast` and
// when cancelled.
io::Task<void> play_on(const Copy& copy, Run& run) {
  net::HttpClient http(run.loop);
  play::World world{run.loop,      copy.system->endpoints(),
                    http,          copy.system.get(),
                    copy.timeline, run.options.keep_events ? &run.keeper : nullptr};
  while (const auto next = run.queue.take()) {
    if (!reason_to_skip(*next->plan).empty()) {
      run.order.finish(next->number, skipped(*next->plan));
      continue;
    }
    const bool goes_on = co_await play_one(world, *next, run);
    const bool fell = run.result.verdict == Verdict::failed && run.options.fail_fast;
    if (!goes_on || fell) run.queue.stop();
  }
}

size_t count_played(const lang::Project& project) {
  return static_cast<size_t>(std::ranges::count_if(
      project.journeys, [](const lang::Plan& plan) { return reason_to_skip(plan).empty(); }));
}

struct Copies {
  std::vector<std::unique_ptr<record::Timeline>> timelines{};  // but for the first's
  std::vector<Copy> all{};
};

io::Task<void> start_copy(io::Loop& loop, const lang::Project& project, uint64_t seed, Copy& copy) {
  auto started = co_await system::RunningSystem::start(loop, project.system, *copy.timeline,
                                                       {.seed = seed, .fits = play::fits},
                                                       loop.in(kStartWithin));
  if (started) copy.system = *std::move(started);
  if (!started) copy.why = started.error();
}

// As many as there is something to play for. All have the run's seed, so that their third parties
// have the same secrets, which the first's timeline knows.
io::Task<Result<Copies>> start_copies(io::Loop& loop, const lang::Project& project,
                                      const RunOptions& options, record::Timeline& timeline) {
  const size_t plays = count_played(project) * options.rounds;
  Copies copies;
  copies.all.resize(std::min<size_t>(options.jobs, plays));
  for (Copy& copy : copies.all) {
    copy.timeline = &timeline;
    if (&copy == &copies.all.front()) continue;
    copy.timeline = copies.timelines.emplace_back(std::make_unique<record::Timeline>()).get();
  }
  io::Scope others(loop);
  for (Copy& copy : copies.all) {
    if (&copy != &copies.all.front()) others.spawn(start_copy(loop, project, options.seed, copy));
  }
  co_await start_copy(loop, project, options.seed, copies.all.front());
  CO_TRY_OK(co_await others.join(io::Deadline::never()));
  for (const Copy& copy : copies.all) {
    if (copy.system) continue;
    const base::Error why = copy.why;
    for (const Copy& each : copies.all) {
      if (each.system) co_await each.system->stop();
    }
    co_return std::unexpected(why);
  }
  co_return std::move(copies);
}

// The first plays in this task, so that one alone is told when it is interrupted.
io::Task<void> play_all(const Copies& copies, Run& run) {
  io::Scope others(run.loop);
  for (size_t i = 1; i < copies.all.size(); ++i) others.spawn(play_on(copies.all[i], run));
  co_await play_on(copies.all.front(), run);
  const Result<> ended = co_await others.join(io::Deadline::never());
  if (!ended) leave_inconclusive(run.result, "interrupted");
  run.order.close();
}

// The whole run, with nothing masked.
io::Task<Result<RunResult>> run_unmasked(io::Loop& loop, const lang::Project& project,
                                         RunOptions options, record::Timeline& timeline,
                                         record::Observer& observer) {
  RunResult result = begin_result("run", project, options.seed, options.repeat);
  result.rounds = options.rounds;
  result.shuffled = options.shuffle;
  observer.run_started(result);
  if (count_played(project) == 0) {
    for (const lang::Plan* plan : order_of(project, options, 0)) {
      result.journeys.push_back(skipped(*plan));
      observer.journey_finished(result.journeys.back());
    }
    observer.run_finished(result);
    co_return result;
  }
  const base::Instant begin = base::monotonic_now();
  auto started = co_await start_copies(loop, project, options, timeline);
  if (!started) {
    observer.not_started(result, started.error());
    co_return std::unexpected(started.error());
  }
  const Copies copies = *std::move(started);
  result.startup = base::monotonic_now() - begin;
  observer.system_ready(result);
  Run run{loop, project, options, result, {project, options}, {observer, result.journeys}};
  co_await play_all(copies, run);
  // A service that died of the last request is told of a moment later.
  (void)co_await loop.sleep(kLastWords);
  for (const Copy& copy : copies.all) {
    if (auto fallen = copy.system->fallen()) {
      result.verdict = Verdict::failed;
      result.note = fmt::format("{}; nothing was played after that", *fallen);
    }
  }
  for (const Copy& copy : copies.all) co_await copy.system->stop();
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
