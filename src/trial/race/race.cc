#include "trial/race/race.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "boundary/operation.h"
#include "play/fits.h"
#include "record/masking.h"
#include "system/environment_secrets.h"
#include "trial/begin.h"
#include "trial/race/attempt.h"
#include "trial/race/contenders.h"
#include "trial/race/idle.h"
#include "trial/race/kept.h"
#include "trial/race/no_return.h"
#include "trial/race/search.h"
#include "trial/race/serial_orders.h"

namespace peregrine::trial {

using base::Result;
using record::RaceFinding;
using record::RaceResult;
using record::RunResult;
using record::Verdict;
using namespace std::chrono_literals;

namespace {

constexpr base::Duration kStartWithin = 60s;
constexpr size_t kReplays = 3;
constexpr uint64_t kSampled = 5;  // one in so many is played by chance, where there are too many

// The race of one journey.
class Racing {
 public:
  Racing(play::World& world, const lang::Plan& plan, const RaceOptions& options,
         std::set<std::string, std::less<>> background, record::Observer& observer)
      : plan_(plan), options_(options), observer_(observer), attempts_(world, plan, options.seed) {
    attempts_.known().background = std::move(background);
    result_.name = plan.name;
    result_.file = plan.source->path();
    result_.line = plan.line;
    result_.contenders = contenders_of(plan);
    count_ = result_.contenders.size();
    result_.bound = options.bound.value_or(static_cast<uint64_t>(plan.race->bound));
  }

  // Fails when it could not be played to its end.
  io::Task<Result<>> play() {
    if (options_.order) co_return co_await replay_one(*options_.order);
    CO_TRY(const bool holds, co_await play_in_turn());
    if (!holds) co_return Result<>{};
    CO_TRY_OK(co_await fire());
    if (!options_.at_once_alone) CO_TRY_OK(co_await explore());
    if (result_.findings.empty() && fired_) add_finding(*fired_, {}, fired_kind_).kind = "at once";
    if (options_.at_once_alone && !fired_) tell_holds("all went at once, and nothing fell");
    co_return Result<>{};
  }

  RaceResult& result() { return result_; }
  record::JourneyResult& journey() { return journey_; }

 private:
  // One after the other it has to hold.
  io::Task<Result<bool>> play_in_turn() {
    std::vector<size_t> order(count_);
    std::iota(order.begin(), order.end(), size_t{0});
    attempts_.take_parts(true);
    CO_TRY(Attempt first, co_await attempts_.in_order(order));
    const auto parts = attempts_.parts();
    journey_ = first.result;
    if (first.trace.hung || first.result.verdict == Verdict::failed) {
      journey_.verdict = Verdict::failed;
      result_.stopped = "it does not hold when one goes after the other; that comes first";
      if (first.trace.hung && journey_.failures.empty()) fail_journey(result_.stopped);
      co_return false;
    }
    serial_error_ = first.server_error;
    // With other luck, so that what third parties draw differs as all else that is random.
    attempts_.change_luck(true);
    CO_TRY(const Attempt second, co_await attempts_.in_order(order));
    attempts_.change_luck(false);
    std::set<std::string> differing = differing_parts(parts, attempts_.parts());
    result_.not_compared.assign(differing.begin(), differing.end());
    attempts_.leave_out(std::move(differing));
    attempts_.take_parts(false);
    serial_.emplace(count_);
    if (!serial_->possible()) {
      result_.serial_note = fmt::format(
          "end states are not compared with those of {} contenders in "
          "turn: too many orders",
          count_);
    }
    // The other way round teaches what the others reach.
    std::ranges::reverse(order);
    CO_TRY_OK(co_await attempts_.in_order(order));
    result_.serial_orders += 3;
    attempts_.known().learns = false;
    if (serial_->possible()) {
      attempts_.know_ends([this](const std::string& end) { return serial_->has(end); });
    }
    co_return true;
  }

  io::Task<Result<>> fire() {
    for (uint64_t i = 0; i < options_.times; ++i) {
      CO_TRY(Attempt attempt, co_await attempts_.at_once());
      ++result_.fired;
      attempt.trace.choices.clear();
      CO_TRY(const std::string kind, co_await judge(attempt));
      if (kind.empty()) continue;
      ++result_.fired_fell;
      if (fired_) continue;
      fired_ = std::move(attempt);
      fired_kind_ = kind;
    }
    co_return Result<>{};
  }

  io::Task<Result<>> explore() {
    Search search({.bound = result_.bound, .symmetry = are_alike(plan_)});
    std::vector<base::Duration> took;
    // What is left for chance, when there are more.
    const uint64_t in_turn = options_.most_schedules - options_.most_schedules / kSampled;
    while (result_.schedules < options_.most_schedules) {
      const bool by_chance = result_.schedules >= in_turn;
      const auto choices = by_chance ? std::nullopt : search.next();
      if (!choices && !by_chance) {
        result_.exhausted = true;
        break;
      }
      CO_TRY(Attempt attempt, by_chance ? co_await attempts_.at_random(result_.schedules)
                                        : co_await attempts_.with(*choices));
      ++result_.schedules;
      result_.sampled += by_chance ? 1 : 0;
      took.push_back(attempt.took);
      result_.operations = std::max(result_.operations, attempt.trace.operations);
      if (!by_chance) search.tell(attempt.trace, attempts_.known().by_contender);
      CO_TRY(const std::string kind, co_await judge(attempt));
      observer_.race_progressed(result_);
      if (kind.empty()) {
        held_.push_back(attempt.trace.chosen());
        continue;
      }
      CO_TRY_OK(co_await confirm(attempt, kind));
      CO_TRY_OK(co_await look_back(attempt.trace));
      result_.stopped = "it has found something";
      break;
    }
    result_.without_conflict = search.left_out_for_conflict();
    result_.symmetric = search.left_out_for_symmetry();
    if (!result_.exhausted && result_.stopped.empty()) {
      result_.stopped = fmt::format("{} orders were to be played at most; {} more are known",
                                    options_.most_schedules, search.waiting());
    }
    if (!took.empty()) {
      std::ranges::nth_element(took, took.begin() + static_cast<ptrdiff_t>(took.size() / 2));
      result_.median = took[took.size() / 2];
    }
    co_return Result<>{};
  }

  // What is wrong with it, by its kind; empty when nothing is.
  io::Task<Result<std::string>> judge(const Attempt& attempt) {
    if (attempt.trace.hung) co_return "hang";
    if (attempt.result.verdict == Verdict::failed) {
      const auto& failures = attempt.result.failures;
      const bool invariant = !failures.empty() && is_invariant(failures[0].step);
      co_return invariant ? "invariant" : "expectation";
    }
    if (!attempt.server_error.empty() && serial_error_.empty()) co_return "server error";
    if (!serial_ || !serial_->possible()) co_return "";
    CO_TRY(const bool serial, co_await is_serial(attempt));
    co_return serial ? "" : "not serial";
  }

  bool is_invariant(const std::string& sentence) const {
    const auto has = [&](const lang::Plan& plan) {
      return std::ranges::any_of(plan.invariants, [&](const lang::Invariant& one) {
        return one.step.sentence == sentence;
      });
    };
    return has(plan_) ||
           std::ranges::any_of(plan_.race->with, [&](const auto& other) { return has(*other); });
  }

  // Whether its end is that of some order in which one goes after the other.
  io::Task<Result<bool>> is_serial(const Attempt& attempt) {
    while (!serial_->has(attempt.digest)) {
      const auto order = serial_->next();
      if (!order) co_return false;
      CO_TRY(const Attempt in_turn, co_await attempts_.in_order(*order));
      ++result_.serial_orders;
      serial_->add(in_turn.digest);
    }
    co_return true;
  }

  io::Task<Result<>> confirm(const Attempt& attempt, const std::string& kind) {
    RaceFinding& finding = add_finding(attempt, attempt.trace.chosen(), kind);
    finding.schedule = result_.schedules;
    for (size_t i = 0; i < kReplays; ++i) {
      CO_TRY(const Attempt again, co_await attempts_.with(finding.order));
      CO_TRY(const std::string same, co_await judge(again));
      ++finding.replayed;
      if (same == kind) ++finding.confirmed;
    }
    co_return Result<>{};
  }

  // For the point of no return. What falls in another way has fallen, too.
  io::Task<Result<>> look_back(const Trace& trace) {
    RaceFinding& finding = result_.findings.back();
    const bool has_held = std::ranges::count(held_, finding.order) > 0;
    if (has_held || finding.confirmed < finding.replayed) {
      finding.no_return_note = "it does not fall so each time";
      co_return Result<>{};
    }
    const size_t bound = std::max(result_.bound, finding.preemptions);
    NoReturn search(trace, held_, {.bound = bound, .symmetry = are_alike(plan_)},
                    attempts_.known().by_contender);
    const Fell fell = [this](const Attempt& attempt) { return falls(attempt); };
    CO_TRY_OK(co_await find_no_return(attempts_, search, fell, trace.choices, finding));
    if (finding.no_return) finding.no_return->preemptions = bound;
    co_return Result<>{};
  }

  io::Task<Result<bool>> falls(const Attempt& attempt) {
    CO_TRY(const std::string kind, co_await judge(attempt));
    co_return !kind.empty();
  }

  // As often as a finding is confirmed, until it falls.
  io::Task<Result<>> replay_one(const Choices& order) {
    CO_TRY(const bool holds, co_await play_in_turn());
    if (!holds) co_return Result<>{};
    result_.schedules = 1;
    std::string left;
    for (size_t played = 1; played <= kReplays && left.empty(); ++played) {
      CO_TRY(Attempt attempt, co_await attempts_.with(order));
      result_.operations = std::max(result_.operations, attempt.trace.operations);
      CO_TRY(const std::string kind, co_await judge(attempt));
      left = where_it_left(order, attempt.trace, result_.contenders);
      if (!kind.empty()) {
        RaceFinding& finding = add_finding(attempt, order, kind);
        finding.schedule = finding.confirmed = 1;
        finding.replayed = played;
        co_return Result<>{};
      }
      journey_ = std::move(attempt.result);
    }
    if (!left.empty()) {
      tell_holds(left);
    } else if (options_.is_replay) {
      tell_holds("it holds in this order now");
    }
    co_return Result<>{};
  }

  void tell_holds(std::string why) {
    journey_.notes.insert(journey_.notes.begin(), record::no_longer_reproduces(std::move(why)));
  }

  RaceFinding& add_finding(const Attempt& attempt, Choices order, const std::string& kind) {
    RaceFinding& finding = result_.findings.emplace_back();
    finding.kind = kind;
    finding.order = std::move(order);
    finding.acts = attempt.trace.acts;
    finding.preemptions = attempt.trace.preemptions();
    journey_ = attempt.result;
    if (kind == "hang") {
      finding.what = "nothing goes on any more: each waits for another";
    } else if (kind == "server error") {
      finding.what = attempt.server_error;
    } else if (kind == "not serial") {
      finding.what = fmt::format("no order in turn ends so; it differs in {}",
                                 fmt::join(serial_->differences(attempt.digest), ", "));
    } else if (const auto& failures = journey_.failures; !failures.empty()) {
      finding.what = fmt::format("{}: {}", failures[0].step, failures[0].message);
    }
    if (journey_.verdict != Verdict::failed) fail_journey(finding.what);
    return finding;
  }

  void fail_journey(const std::string& why) {
    journey_.verdict = Verdict::failed;
    record::Failure failure;
    failure.step = "race";
    failure.file = plan_.race->at.source->path();
    failure.line = plan_.race->at.line;
    failure.message = why;
    journey_.failures.push_back(std::move(failure));
  }

  const lang::Plan& plan_;
  const RaceOptions& options_;
  record::Observer& observer_;
  Attempts attempts_;
  size_t count_ = 0;
  RaceResult result_;
  record::JourneyResult journey_;
  std::string serial_error_;
  std::optional<SerialOrders> serial_;
  std::vector<Choices> held_;     // orders that were played and held
  std::optional<Attempt> fired_;  // the first that fell when all went at once
  std::string fired_kind_;
};

io::Task<void> race_all(play::World& world, const lang::Project& project,
                        const RaceOptions& options, record::Observer& observer, RunResult& result) {
  const auto background = co_await watch_idle(world.loop, world.system(), kIdle);
  const Replays replays(project.system, options.seed, options.replay);
  for (const lang::Plan& plan : project.journeys) {
    if (!has_race(plan)) continue;
    observer.journey_started(play::begin_result(plan));
    Racing racing(world, plan, options, background, observer);
    const Result<> played = co_await racing.play();
    if (!played) {
      if (result.verdict == Verdict::passed) result.verdict = Verdict::inconclusive;
      result.note = played.error().to_string();
      co_return;
    }
    if (racing.journey().verdict == Verdict::failed) result.verdict = Verdict::failed;
    replays.name_findings(racing.result(), plan, racing.result().fired);
    observer.race_finished(racing.result());
    result.races.push_back(std::move(racing.result()));
    result.journeys.push_back(std::move(racing.journey()));
    observer.journey_finished(result.journeys.back());
    if (world.system().fallen()) co_return;
  }
}

io::Task<Result<RunResult>> race_unmasked(io::Loop& loop, const lang::Project& project,
                                          RaceOptions options, record::Timeline& timeline,
                                          record::Observer& observer) {
  RunResult result = begin_result("race", project, options.seed, options.repeat);
  observer.run_started(result);
  const base::Instant begin = base::monotonic_now();
  auto started = co_await system::RunningSystem::start(
      loop, project.system, timeline, {.seed = options.seed, .fits = play::fits, .ordered = true},
      loop.in(kStartWithin));
  if (!started) {
    observer.not_started(result, started.error());
    co_return std::unexpected(started.error());
  }
  system::RunningSystem& system = **started;
  result.startup = base::monotonic_now() - begin;
  observer.system_ready(result);
  net::HttpClient http(loop);
  play::World world{loop, system.endpoints(), http, &system, &timeline};
  co_await race_all(world, project, options, observer, result);
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

bool has_race(const lang::Plan& plan) {
  return lang::count_contenders(plan) > 1 && !plan.kept && plan.skip.empty() &&
         lang::reason_not_to_play(plan.not_playable).empty();
}

io::Task<Result<KeptPlay>> play_kept(play::World& world, const lang::Plan& plan, uint64_t seed,
                                     std::set<std::string, std::less<>> background) {
  const RaceOptions options{.seed = plan.kept->seed.value_or(seed), .order = plan.kept->order};
  record::Observer nobody;
  Racing racing(world, plan, options, std::move(background), nobody);
  CO_TRY_OK(co_await racing.play());
  KeptPlay played{.journey = std::move(racing.journey())};
  if (!racing.result().findings.empty()) played.race = std::move(racing.result());
  co_return played;
}

io::Task<Result<RunResult>> race(io::Loop& loop, const lang::Project& project, RaceOptions options,
                                 record::Observer& observer) {
  record::Timeline timeline;
  system::add_environment_secrets(project, timeline.secrets());
  record::MaskedObserver masked(observer, timeline.secrets());
  Result<RunResult> result =
      co_await race_unmasked(loop, project, std::move(options), timeline, masked);
  if (!result) co_return std::unexpected(record::masked(result.error(), timeline.secrets()));
  record::mask(*result, timeline.secrets());
  co_return result;
}

}  // namespace peregrine::trial
