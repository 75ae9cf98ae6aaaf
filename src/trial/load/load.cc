#include "trial/load/load.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "play/fits.h"
#include "play/player.h"
#include "record/masking.h"
#include "system/environment_secrets.h"
#include "system/running_system.h"
#include "trial/begin.h"
#include "trial/load/observation.h"
#include "trial/load/thresholds.h"
#include "trial/load/users.h"

namespace peregrine::trial {

using base::Duration;
using base::Instant;
using base::Result;
using record::LoadResult;
using record::RunResult;
using record::Verdict;
using namespace std::chrono_literals;

namespace {

constexpr Duration kStartWithin = 60s;
constexpr Duration kResetWithin = 30s;
constexpr Duration kLastWords = 20ms;
constexpr Duration kLookEvery = 1s;   // at figures, bounds and invariants
constexpr Duration kLagEvery = 10ms;  // how often the loop's own lag is measured
constexpr Duration kSpin = 25us;      // before a play is due (docs/architecture.md, pacing)
constexpr uint64_t kFewPlays = 20;    // before which nothing is aborted

Duration cpu_used() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto span = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return span(used.ru_utime) + span(used.ru_stime);
}

uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t pages = 0;
  file >> pages >> pages;
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

std::string describe(const lang::LoadSpec& load, const Profile& profile) {
  const bool open = load.model == lang::LoadSpec::Model::open;
  std::string text = open ? fmt::format("{:.4g} plays/s", profile.most())
                          : fmt::format("{:.0f} users", profile.most());
  if (!load.stages.empty()) text = fmt::format("up to {} in {} stages", text, load.stages.size());
  if (load.iterations) return fmt::format("{}, {} plays", text, *load.iterations);
  return fmt::format("{} for {}", text, base::to_text(profile.length() - load.warm_up));
}

// One load while it is played.
class Playing {
 public:
  Playing(io::Loop& loop, system::RunningSystem& system, record::Timeline& timeline,
          const PlannedLoad& load, const LoadOptions& options, record::Observer& observer)
      : loop_(loop),
        load_(load),
        options_(options),
        observer_(observer),
        http_(loop),
        world_{loop, system, http_, &timeline},
        profile_(load.spec),
        observed_(loop, system) {
    result_.name = load.name;
    result_.file = load.file;
    result_.line = load.line;
    result_.open = load.spec.model == lang::LoadSpec::Model::open;
    result_.warm_up = load.spec.warm_up;
    result_.model = describe(load.spec, profile_);
  }

  // Says what came of each journey, and of the load. `inconclusive` when it was cancelled.
  io::Task<Verdict> play(RunResult& run) {
    Verdict verdict = co_await begin_journeys();
    if (verdict == Verdict::passed) {
      co_await play_users();
      verdict = cancelled_ ? Verdict::inconclusive : Verdict::passed;
    }
    co_await end_journeys(run);
    run.loads.push_back(std::move(result_));
    for (const record::JourneyResult& journey : run.journeys) {
      if (journey.verdict == Verdict::failed) verdict = Verdict::failed;
    }
    co_return cancelled_ ? Verdict::inconclusive : verdict;
  }

 private:
  // What a journey does once: around the users' plays.
  struct Around {
    std::unique_ptr<play::Player> player;
    const lang::Plan* plan;
  };

  io::Task<Verdict> begin_journeys() {
    Verdict verdict = Verdict::passed;
    for (const PlannedLoad::Part& part : load_.parts) {
      plans_.push_back(part.plan);
      around_.push_back({std::make_unique<play::Player>(world_, *part.plan, observer_), part.plan});
      const Verdict given = co_await around_.back().player->begin_all({.seed = options_.seed});
      if (given == Verdict::inconclusive) cancelled_ = true;
      if (given != Verdict::passed) verdict = given;
      if (given != Verdict::passed) break;
    }
    co_return verdict;
  }

  io::Task<void> play_users() {
    const Instant begin = loop_.now();
    begin_ = begin;
    const Instant from = begin + load_.spec.warm_up;
    const Instant until =
        profile_.length() == Duration::max() ? Instant::max() : begin + profile_.length();
    figures_ = std::make_unique<Figures>(plans_, begin, from, until);
    for (size_t i = 0; i < load_.parts.size(); ++i) {
      roles_.push_back({load_.parts[i].plan,
                        load_.parts[i].weight,
                        {around_[i].player->given(), *figures_, load_.spec.think}});
    }
    users_ = std::make_unique<Users>(
        Users::Setting{loop_, world_.system, load_.spec, profile_, *figures_, begin, options_.seed,
                       options_.most_users},
        roles_);
    if (result_.open) loop_.spin_before(kSpin);
    observed_.start(from, until);
    {
      io::Scope beside(loop_);
      beside.spawn(watch());
      beside.spawn(measure_lag());
      if (const Result<> played = co_await users_->play(); !played) cancelled_ = true;
      beside.cancel({base::Code::cancelled, "the load is over"});
      (void)co_await beside.join(io::Deadline::never());
    }
    loop_.spin_before(Duration::zero());
    figures_->end_at(std::min(figures_->until(), loop_.now()));
    co_await observed_.finish();
    finish_figures();
  }

  // Once a second, until the load is over: figures for who looks on, bounds that end it.
  io::Task<void> watch() {
    Instant next = loop_.now() + kLookEvery;
    bool counting = false;
    for (;; next += kLookEvery) {
      if (!counting && loop_.now() >= figures_->from()) {
        counting = true;
        cpu_ = cpu_used();
      }
      const Instant from = figures_->from();
      const Instant wake = counting || from > next ? next : from;
      if (!co_await loop_.sleep(wake - loop_.now())) co_return;
      if (wake < next) {
        next -= kLookEvery;
        continue;
      }
      figures_->close_slice(loop_.now());
      observer_.load_progressed({load_.name, loop_.now() - begin_, profile_.length(),
                                 users_->playing(), figures_->slices().back()});
      if (const auto why = reason_to_abort()) {
        result_.aborted = *why;
        figures_->end_at(loop_.now());
        users_->stop();
      }
      if (world_.system.fallen()) {
        figures_->end_at(loop_.now());
        users_->stop();
      }
    }
  }

  std::optional<std::string> reason_to_abort() const {
    if (!result_.aborted.empty() || figures_->ended() < kFewPlays) return std::nullopt;
    const Duration measured = loop_.now() - figures_->from();
    for (const auto& bound : judge(load_.spec.abort_on, *figures_, measured, observed_)) {
      if (bound.held || !bound.measured) continue;
      return fmt::format("{}{}{} is {}, the load was to end at {}", bound.on,
                         bound.on.empty() ? "" : " ", bound.what, bound.actual, bound.limit);
    }
    return std::nullopt;
  }

  io::Task<void> measure_lag() {
    for (Instant due = loop_.now() + kLagEvery;; due += kLagEvery) {
      if (!co_await loop_.sleep(due - loop_.now())) co_return;
      const Instant came = base::monotonic_now();
      result_.generator.lag.add(came - due);
      due = std::max(due, came - kLagEvery);
    }
  }

  void finish_figures() {
    figures_->close_slice(loop_.now());
    figures_->tell(result_);
    result_.not_begun = users_->not_begun();
    const Instant until = std::min(figures_->until(), loop_.now());
    result_.measured = std::max(until - figures_->from(), Duration::zero());
    result_.generator.cpu = cpu_used() - cpu_;
    result_.generator.rss_bytes = resident_bytes();
    result_.thresholds = judge(load_.spec.thresholds, *figures_, result_.measured, observed_);
    result_.observed = observed_.tell();
  }

  io::Task<void> end_journeys(RunResult& run) {
    for (size_t i = 0; i < around_.size(); ++i) {
      play::Player& player = *around_[i].player;
      (void)co_await player.end_all(users_ ? users_->told_plays(i) : base::List());
      record::JourneyResult journey = player.take_result();
      if (i == 0) blame(journey);
      if (journey.verdict == Verdict::inconclusive) cancelled_ = true;
      observer_.journey_finished(journey);
      run.journeys.push_back(std::move(journey));
    }
  }

  // Where nobody said how many plays may fail, none may.
  void blame(record::JourneyResult& journey) const {
    if (result_.failed == 0 || bounds_errors(load_.spec.thresholds)) return;
    std::vector<std::string> kinds;
    for (const record::LoadFailures& one : result_.failures) {
      kinds.push_back(fmt::format("{} {}", one.count, one.kind));
    }
    record::Failure failure;
    failure.step = "plays of the load";
    failure.file = load_.file;
    failure.line = load_.line;
    failure.message =
        fmt::format("{} of {} plays failed ({}); without `errors` among the thresholds none may",
                    result_.failed, result_.ended, fmt::join(kinds, ", "));
    for (const record::LoadFailures& one : result_.failures) {
      for (const std::string& text : one.texts) failure.seen.push_back(text);
    }
    journey.failures.push_back(std::move(failure));
    journey.verdict = Verdict::failed;
  }

  io::Loop& loop_;
  const PlannedLoad& load_;
  const LoadOptions& options_;
  record::Observer& observer_;
  net::HttpClient http_;
  play::World world_;
  const Profile profile_;
  Observation observed_;
  LoadResult result_;
  Instant begin_{};
  Duration cpu_{};
  std::vector<const lang::Plan*> plans_;
  std::vector<Around> around_;
  std::vector<Role> roles_;
  std::unique_ptr<Figures> figures_;
  std::unique_ptr<Users> users_;
  bool cancelled_ = false;
};

// From a clean database. False when nothing can be played after it.
io::Task<bool> play_one(io::Loop& loop, system::RunningSystem& system, record::Timeline& timeline,
                        const PlannedLoad& load, const LoadOptions& options,
                        record::Observer& observer, RunResult& result) {
  const Result<> reset =
      co_await system.reset(loop.in(kResetWithin), load.parts.front().plan->clock);
  if (!reset) {
    result.verdict = Verdict::inconclusive;
    result.note = reset.error().to_string();
    co_return false;
  }
  timeline.begin_play(load.name);
  Playing playing(loop, system, timeline, load, options, observer);
  const Verdict verdict = co_await playing.play(result);
  const bool failed = verdict == Verdict::failed || !result.loads.back().thresholds_held();
  if (failed) result.verdict = Verdict::failed;
  if (verdict == Verdict::inconclusive) {
    if (result.verdict == Verdict::passed) result.verdict = Verdict::inconclusive;
    result.note = "interrupted";
  }
  co_return verdict != Verdict::inconclusive && !system.fallen();
}

io::Task<Result<RunResult>> load_unmasked(io::Loop& loop, const lang::Project& project,
                                          const std::vector<PlannedLoad>& loads,
                                          LoadOptions options, record::Timeline& timeline,
                                          record::Observer& observer) {
  RunResult result = begin_result("load", project, options.seed, options.repeat);
  observer.run_started(result);
  const Instant begin = base::monotonic_now();
  auto started = co_await system::RunningSystem::start(loop, project.system, timeline,
                                                       {.seed = options.seed,
                                                        .fits = play::fits,
                                                        .observe = options.observe,
                                                        .count_statements = true},
                                                       loop.in(kStartWithin));
  if (!started) {
    observer.not_started(result, started.error());
    co_return std::unexpected(started.error());
  }
  system::RunningSystem& system = **started;
  result.startup = base::monotonic_now() - begin;
  observer.system_ready(result);
  for (const PlannedLoad& load : loads) {
    if (!co_await play_one(loop, system, timeline, load, options, observer, result)) break;
  }
  // A service that died of the last request is told of a moment later.
  (void)co_await loop.sleep(kLastWords);
  if (auto fallen = system.fallen()) {
    result.verdict = Verdict::failed;
    result.note = fmt::format("{}; nothing was played after that", *fallen);
  }
  co_await system.stop();
  result.duration = base::monotonic_now() - begin;
  observer.run_finished(result);
  co_return result;
}

}  // namespace

io::Task<Result<RunResult>> load(io::Loop& loop, const lang::Project& project,
                                 const std::vector<PlannedLoad>& loads, LoadOptions options,
                                 record::Observer& observer) {
  record::Timeline timeline;
  system::add_environment_secrets(project, timeline.secrets());
  record::MaskedObserver masked(observer, timeline.secrets());
  Result<RunResult> result =
      co_await load_unmasked(loop, project, loads, std::move(options), timeline, masked);
  if (!result) co_return std::unexpected(record::masked(result.error(), timeline.secrets()));
  record::mask(*result, timeline.secrets());
  co_return result;
}

}  // namespace peregrine::trial
