#include "trial/load/load.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "io/mutex.h"
#include "io/program_pages.h"
#include "play/fits.h"
#include "play/player.h"
#include "record/masking.h"
#include "system/environment_secrets.h"
#include "system/running_system.h"
#include "trial/begin.h"
#include "trial/load/leaks.h"
#include "trial/load/limit.h"
#include "trial/load/period.h"

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
constexpr Duration kLookEvery = 1s;  // at invariants
// Of the search for the limit: where it begins if nothing is said, and each of its steps.
constexpr double kFirstLevel = 10;
constexpr double kMostRate = 1e6;
constexpr Duration kPhase = 10s;
constexpr Duration kPhaseWarmUp = 1s;
constexpr double kMostShare = 0.95;  // of a processor: beyond it nobody can ask faster

std::string describe(const lang::LoadSpec& load) {
  const Profile profile(load);
  const bool open = load.model == lang::LoadSpec::Model::open;
  std::string text = open ? fmt::format("{:.4g} plays/s", profile.most())
                          : fmt::format("{:.0f} users", profile.most());
  if (!load.stages.empty()) text = fmt::format("up to {} in {} stages", text, load.stages.size());
  if (load.iterations) return fmt::format("{}, {} plays", text, *load.iterations);
  return fmt::format("{} for {}", text, base::to_text(profile.length() - load.warm_up));
}

double first_level(const lang::LoadSpec& load) { return load.level > 0 ? load.level : kFirstLevel; }
Duration phase_length(const lang::LoadSpec& load) { return load.duration.value_or(kPhase); }
Duration phase_warm_up(const lang::LoadSpec& load) {
  return std::max<Duration>(load.warm_up, kPhaseWarmUp);
}

std::string describe_search(const lang::LoadSpec& load) {
  const bool open = load.model == lang::LoadSpec::Model::open;
  return fmt::format("from {:.4g} {} up, {} each step", first_level(load),
                     open ? "plays/s" : "users", base::to_text(phase_length(load)));
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
        once_(loop),
        world_{loop, system.endpoints(), http_, &system, &timeline} {
    result_.name = load.name;
    result_.file = load.file;
    result_.line = load.line;
    result_.open = load.spec.model == lang::LoadSpec::Model::open;
    result_.warm_up = load.find_limit ? phase_warm_up(load.spec) : load.spec.warm_up;
    result_.model = load.find_limit ? describe_search(load.spec) : describe(load.spec);
    result_.model += note_of(load, options.processes);
  }

  // Puts what came of each journey, and of the load, into the result. `inconclusive` when it was
  // cancelled, or could not be played to its end.
  io::Task<Verdict> play(RunResult& run) {
    if (co_await begin_journeys()) {
      if (load_.find_limit) {
        co_await find_limit();
      } else {
        co_await play_users(load_.spec, 0);
        period_->tell(result_);
      }
    }
    Verdict verdict = co_await end_journeys(run);
    observer_.load_finished(result_);
    run.loads.push_back(std::move(result_));
    co_return cancelled_ ? Verdict::inconclusive : verdict;
  }
  // Why it could not be played to its end, where nobody wanted it to end.
  const std::string& lost() const { return lost_; }

 private:
  // Whether all has been given that the users need.
  io::Task<bool> begin_journeys() {
    bool all = true;
    for (const PlannedLoad::Part& part : load_.parts) {
      around_.push_back(std::make_unique<play::Player>(world_, *part.plan, observer_));
      const Verdict given = co_await around_.back()->begin_all({.seed = options_.seed});
      if (given == Verdict::inconclusive) cancelled_ = true;
      all = all && given == Verdict::passed;
    }
    co_return all;
  }

  // One period of this load. The seed is another for each.
  io::Task<void> play_users(const lang::LoadSpec& spec, uint64_t number) {
    std::vector<Crew::Part> parts;
    for (size_t i = 0; i < load_.parts.size(); ++i) {
      parts.push_back({load_.parts[i].plan, load_.parts[i].weight, around_[i]->given()});
    }
    period_.reset();  // its processes end before those of the next are made
    period_ = std::make_unique<Period>(
        Period::Setting{loop_, world_.system(), observer_, spec, load_.name, options_.seed + number,
                        options_.processes.most_users, workers_for(load_, spec, options_.processes),
                        looking(load_, spec), happenings(spec)},
        std::move(parts));
    io::Scope beside(loop_);
    beside.spawn(look_at_invariants());
    io::give_back_program_pages();
    const base::Result<> played = co_await period_->play();
    if (!played) cancelled_ = true;
    if (!played && played.error().code != base::Code::cancelled) lost_ = played.error().to_string();
    beside.cancel({base::Code::cancelled, "the load is over"});
    (void)co_await beside.join(io::Deadline::never());
  }

  // What stages of a journey's own load begin with.
  std::vector<Period::Happening> happenings(const lang::LoadSpec& spec) {
    std::vector<Period::Happening> all;
    if (!spec.mix.empty() || spec.stages.empty()) return all;
    for (const lang::StagedSteps& staged : load_.parts.front().plan->staged) {
      Duration at = spec.warm_up + spec.duration.value_or(Duration::zero());
      for (size_t i = 0; i < staged.stage; ++i) at += spec.stages[i].in;
      all.push_back({at, [this, &staged] { return play_staged(staged.steps); }});
    }
    return all;
  }

  io::Task<void> play_staged(const lang::Steps& steps) {
    const auto turn = co_await once_.lock(io::Deadline::never());
    if (turn) co_await around_.front()->play_staged(steps);
  }

  // Those that hold always, as long as the users play.
  io::Task<void> look_at_invariants() {
    while (co_await loop_.sleep(kLookEvery)) {
      const auto turn = co_await once_.lock(io::Deadline::never());
      if (!turn) co_return;
      for (const auto& player : around_) co_await player->look_meanwhile();
    }
  }

  // Steps up until a threshold falls. The figures are those of the highest level that held.
  io::Task<void> find_limit() {
    const bool open = result_.open;
    LimitSearch search(
        first_level(load_.spec),
        open ? kMostRate : static_cast<double>(most_users_of(load_, options_.processes)), !open);
    record::LoadLimit limit;
    for (auto level = search.next(); level && !cancelled_; level = search.next()) {
      const lang::LoadSpec spec = at_level(*level);
      co_await play_users(spec, limit.phases.size());
      if (!lost_.empty()) break;
      limit.phases.push_back(phase_of(*level));
      const bool held = limit.phases.back().fell.empty();
      if (held || limit.phases.size() == 1) period_->tell(result_);
      search.tell(held);
      if (world_.fallen()) break;
      if (held && result_.generator.cpu_share(result_.measured) > kMostShare) {
        limit.stopped = "Peregrine itself has no time left on this machine";
        break;
      }
    }
    limit.held = search.held();
    limit.fell = search.fell();
    if (limit.held && limit.fell && !cancelled_ && !world_.fallen()) {
      const lang::LoadSpec spec = at_level(*limit.held);
      co_await play_users(spec, limit.phases.size());
      limit.recovery = phase_of(*limit.held);
    }
    result_.limit = std::move(limit);
  }

  lang::LoadSpec at_level(double level) const {
    lang::LoadSpec spec = load_.spec;
    spec.level = level;
    spec.stages.clear();
    spec.iterations.reset();
    // A step is too short to tell.
    std::erase_if(spec.thresholds, [](const lang::Threshold& one) { return one.what == kLeak; });
    spec.duration = phase_length(load_.spec);
    spec.warm_up = phase_warm_up(load_.spec);
    return spec;
  }

  // What came of the period that has just been played.
  record::LoadPhase phase_of(double level) const {
    LoadResult figures;
    period_->tell(figures);
    record::LoadPhase phase{.level = level,
                            .requests = figures.asked(),
                            .per_second = figures.per_second(),
                            .ended = figures.ended,
                            .failed = figures.failed,
                            .latency = figures.requests.latency};
    std::vector<std::string> fell;
    for (const record::LoadThreshold& one : figures.thresholds) {
      if (one.held) continue;
      fell.push_back(fmt::format("{}{}{} {} is {}", one.on, one.on.empty() ? "" : " ", one.what,
                                 one.limit, one.actual));
    }
    if (figures.failed > 0 && !bounds_errors(load_.spec.thresholds)) {
      fell.push_back(fmt::format("{} of {} plays failed", figures.failed, figures.ended));
    }
    if (figures.not_begun > 0) fell.push_back("plays that were due were not begun");
    phase.fell = fmt::format("{}", fmt::join(fell, ", "));
    return phase;
  }

  io::Task<Verdict> end_journeys(RunResult& run) {
    Verdict verdict = Verdict::passed;
    for (size_t i = 0; i < around_.size(); ++i) {
      play::Player& player = *around_[i];
      if (i == 0) blame(player);
      (void)co_await player.end_all(period_ ? period_->told_plays(i) : base::List());
      record::JourneyResult journey = player.take_result();
      if (journey.verdict == Verdict::inconclusive) cancelled_ = true;
      if (journey.verdict == Verdict::failed) verdict = Verdict::failed;
      run.journeys.push_back(std::move(journey));
    }
    co_return verdict;
  }

  // Where nobody said how many plays may fail, none may.
  void blame(play::Player& player) const {
    if (result_.failed == 0 || result_.limit || bounds_errors(load_.spec.thresholds)) return;
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
    player.blame(std::move(failure));
  }

  io::Loop& loop_;
  const PlannedLoad& load_;
  const LoadOptions& options_;
  record::Observer& observer_;
  net::HttpClient http_;
  io::Mutex once_;  // who plays something beside the users
  play::World world_;
  LoadResult result_;
  std::vector<std::unique_ptr<play::Player>> around_;  // what each journey does once
  std::unique_ptr<Period> period_;
  bool cancelled_ = false;
  std::string lost_;
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
  if (!playing.lost().empty()) {
    if (result.verdict == Verdict::passed) result.verdict = Verdict::inconclusive;
    result.note = playing.lost();
    co_return false;
  }
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
                                                        .count_statements = true,
                                                        .direct = !options.observe},
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
