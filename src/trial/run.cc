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
#include "trial/race/idle.h"
#include "trial/race/kept.h"

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

// It does the same in every round.
bool is_of_one_round(const lang::Plan& plan) { return plan.kept || !reason_to_skip(plan).empty(); }

// The plays of a run, one after the other.
class Queue {
 public:
  Queue(const lang::Project& project, const RunOptions& options)
      : project_(project), options_(options), round_(options.first_round) {}

  struct Next {
    const lang::Plan* plan;
    play::Turn turn;
    size_t number;  // counted from 0
  };
  std::optional<Next> take() {
    while (!stopped_ && round_ < options_.first_round + options_.rounds) {
      if (at_ == 0) order_ = order_of(project_, options_, round_);
      if (at_ == order_.size()) {
        at_ = 0;
        ++round_;
        continue;
      }
      const lang::Plan* plan = order_[at_++];
      if (round_ > options_.first_round && is_of_one_round(*plan)) continue;
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
  uint64_t round_;
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
  Replays replays;
  record::EventKeeper keeper{};
};

// A system, and what is needed to play against it. Each copy has an address of its own.
struct Copy {
  record::Timeline* timeline = nullptr;
  std::unique_ptr<system::RunningSystem> system{};
  base::Error why{};  // it could not be started
};

// How a play that failed is played again; that it has held, where it is played again.
void complete(record::JourneyResult& played, const Queue::Next& next, const Run& run) {
  if (played.verdict == Verdict::failed) {
    played.replay = run.replays.of_play(*next.plan, next.turn.round);
  }
  const bool noted = !played.notes.empty() &&
                     played.notes.front().kind == record::Note::Kind::no_longer_reproduces;
  if (played.verdict != Verdict::passed || !run.options.is_replay || noted) return;
  played.notes.insert(played.notes.begin(), record::no_longer_reproduces("it holds now"));
}

// Stands between a player, who tells of himself, and who is told, so that he is told all of it.
class Completing final : public record::Observer {
 public:
  Completing(record::Observer& to, const Queue::Next& next, const Run& run)
      : to_(to), next_(next), run_(run) {}

  void journey_started(const record::JourneyResult& journey) override {
    to_.journey_started(journey);
  }
  void step_finished(const record::JourneyResult& journey,
                     const record::StepResult& step) override {
    to_.step_finished(journey, step);
  }
  void journey_finished(const record::JourneyResult& journey) override {
    if (journey.verdict != Verdict::failed && !run_.options.is_replay) {
      return to_.journey_finished(journey);
    }
    record::JourneyResult whole = journey;
    complete(whole, next_, run_);
    to_.journey_finished(whole);
  }

 private:
  record::Observer& to_;
  const Queue::Next& next_;
  const Run& run_;
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
  Completing completing(run.order.begin(next.number), next, run);
  play::Player player(world, *next.plan, completing);
  const Verdict verdict = co_await player.play(next.turn);
  record::JourneyResult played = player.take_result();
  played.reset = took;
  complete(played, next, run);
  run.order.finish(next.number, std::move(played));
  if (verdict == Verdict::inconclusive) leave_inconclusive(run.result, "interrupted");
  if (verdict == Verdict::failed) run.result.verdict = Verdict::failed;
  co_return verdict != Verdict::inconclusive && !world.fallen();
}

// The same for the kept order of a race. What services ask by themselves is learnt before the
// first.
io::Task<bool> play_one_kept(play::World& world, const Queue::Next& next, Run& run,
                             std::optional<std::set<std::string, std::less<>>>& background) {
  if (!background) background = co_await watch_idle(run.loop, world.system(), kIdle);
  auto played = co_await play_kept(world, *next.plan, next.turn.seed, *background);
  if (!played) {
    leave_inconclusive(run.result, played.error().to_string());
    co_return false;
  }
  complete(played->journey, next, run);
  if (played->journey.verdict == Verdict::failed) run.result.verdict = Verdict::failed;
  if (played->race) {
    run.replays.name_findings(*played->race, *next.plan, 0);
    played->journey.replay = {};  // that of its finding says more
  }
  run.order.finish(next.number, std::move(played->journey), std::move(played->race));
  co_return !world.fallen();
}

// Plays what is next, again and again; leaves early when a service has fallen, on `fail_fast` and
// when cancelled.
io::Task<void> play_on(const Copy& copy, Run& run) {
  net::HttpClient http(run.loop);
  play::World world{run.loop,      copy.system->endpoints(),
                    http,          copy.system.get(),
                    copy.timeline, run.options.keep_events ? &run.keeper : nullptr};
  std::optional<std::set<std::string, std::less<>>> background;
  while (const auto next = run.queue.take()) {
    if (!reason_to_skip(*next->plan).empty()) {
      run.order.finish(next->number, skipped(*next->plan));
      continue;
    }
    const bool goes_on = next->plan->kept ? co_await play_one_kept(world, *next, run, background)
                                          : co_await play_one(world, *next, run);
    const bool fell = run.result.verdict == Verdict::failed && run.options.fail_fast;
    if (!goes_on || fell) run.queue.stop();
  }
}

// With what is played once, however many rounds there are.
size_t count_plays(const lang::Project& project, uint64_t rounds) {
  size_t plays = 0;
  for (const lang::Plan& plan : project.journeys) {
    if (reason_to_skip(plan).empty()) plays += plan.kept ? 1 : rounds;
  }
  return plays;
}

bool plays_kept_orders(const lang::Project& project) {
  return std::ranges::any_of(project.journeys, [](const lang::Plan& plan) {
    return plan.kept && reason_to_skip(plan).empty();
  });
}

struct Copies {
  std::vector<std::unique_ptr<record::Timeline>> timelines{};  // but for the first's
  std::vector<Copy> all{};
};

io::Task<void> start_copy(io::Loop& loop, const lang::Project& project, uint64_t seed, Copy& copy) {
  auto started = co_await system::RunningSystem::start(
      loop, project.system, *copy.timeline,
      {.seed = seed, .fits = play::fits, .ordered = plays_kept_orders(project)},
      loop.in(kStartWithin));
  if (started) copy.system = *std::move(started);
  if (!started) copy.why = started.error();
}

// As many as there is something to play for. All have the run's seed, so that their third parties
// have the same secrets, which the first's timeline knows.
io::Task<Result<Copies>> start_copies(io::Loop& loop, const lang::Project& project,
                                      const RunOptions& options, record::Timeline& timeline) {
  const size_t plays = count_plays(project, options.rounds);
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
  if (count_plays(project, 1) == 0) {
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
  Run run{loop,
          project,
          options,
          result,
          {project, options},
          {observer, result},
          {project.system, options.seed, options.replay}};
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
  const size_t skips = project.journeys.size() - count_plays(project, 1);
  return skips + count_plays(project, options.rounds);
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
