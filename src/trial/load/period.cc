#include "trial/load/period.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "io/own_sockets.h"
#include "trial/load/crew_worker.h"
#include "trial/load/leaks.h"

namespace peregrine::trial {

using base::Duration;
using base::Instant;
using base::Result;
using namespace std::chrono_literals;

namespace {

constexpr uint64_t kFewPlays = 20;  // before which nothing is ended early
// From when workers are told when it begins until then.
constexpr Duration kBeginIn = 5ms;

}  // namespace

Period::Period(Setting setting, std::vector<Crew::Part> parts)
    : of_(std::move(setting)),
      parts_(std::move(parts)),
      profile_(of_.load),
      observed_(of_.loop, of_.system) {}

// What is played here: `worker` is none of them.
Share Period::share(size_t worker) const {
  if (of_.workers == 0) return {};
  return worker < of_.workers ? Share::of_worker(worker, of_.workers, of_.looking)
                              : Share::at_home(of_.workers, of_.looking);
}

io::Task<Result<>> Period::start_workers() {
  workers_.emplace(of_.loop, parts_.size());
  for (size_t i = 0; i < of_.workers; ++i) {
    const CrewWork work{of_.system.endpoints(), of_.load, profile_, parts_, share(i), of_.seed,
                        of_.most_users};
    CO_TRY_OK(co_await workers_->start([work](io::Loop& loop, io::Channel& channel) {
      return play_as_worker(work, loop, channel);
    }));
  }
  co_return Result<>{};
}

io::Task<Result<>> Period::play() {
  io::remember_own_sockets();  // those of workers too
  begin_ = of_.loop.now();
  if (of_.workers > 0) {
    const Result<> started = co_await start_workers();
    begin_ = base::monotonic_now() + kBeginIn;
    if (!started) workers_.reset();
    if (!started) co_return started;
  }
  began_ = base::wall_now() + (begin_ - base::monotonic_now());
  crew_.emplace(Crew::Setting{of_.loop, of_.system.endpoints(), &of_.system, of_.load, profile_,
                              share(of_.workers), begin_, of_.seed, of_.most_users},
                std::move(parts_));
  const Figures& figures = crew_->figures();
  observed_.start(figures.from(), figures.until());
  const Result<> played = co_await play_all();
  if (!played && workers_) workers_->kill();
  crew_->figures().end_at(std::min(figures.until(), of_.loop.now()));
  co_await observed_.finish();
  crew_->figures().close_slice(of_.loop.now());
  crew_->figures().finish_slices();
  const Instant until = std::min(figures.until(), of_.loop.now());
  measured_ = std::max(until - figures.from(), Duration::zero());
  crew_->measure_itself();
  generator_ = crew_->generator();
  if (workers_) workers_->add_to(generator_);
  co_return played;
}

io::Task<Result<>> Period::play_all() {
  io::Scope beside(of_.loop);
  beside.spawn(crew_->watch([this](bool measured) { return look(measured); }));
  beside.spawn(crew_->measure_lag());
  for (const Happening& one : of_.happenings) beside.spawn(wait_for(one));
  Result<> played;
  if (workers_) {
    played = co_await workers_->begin(begin_, crew_->figures(), [this] { end_early(); });
  }
  if (played && begin_ > of_.loop.now()) played = co_await of_.loop.sleep(begin_ - of_.loop.now());
  if (played) played = co_await crew_->play();
  if (played && workers_) played = co_await workers_->join();
  beside.cancel({base::Code::cancelled, "the load is over"});
  (void)co_await beside.join(io::Deadline::never());
  co_return played;
}

io::Task<void> Period::wait_for(const Happening& happening) {
  if (!co_await of_.loop.sleep(begin_ + happening.at - of_.loop.now())) co_return;
  co_await happening.happen();
}

// Once a second.
io::Task<bool> Period::look(bool measured) {
  crew_->figures().close_slice(of_.loop.now());
  if (!measured) began_ = base::wall_now();
  if (!crew_->figures().slices().empty()) {
    const uint64_t playing = crew_->users().playing() + (workers_ ? workers_->playing() : 0);
    of_.observer.load_progressed({of_.name, of_.loop.now() - begin_, profile_.length(), playing,
                                  crew_->figures().slices().back(), [this] { return so_far(); }});
  }
  if (!measured) co_return true;
  if (aborted_.empty()) {
    if (const auto why = reason_to_abort()) {
      aborted_ = *why;
      end_early();
    }
  }
  if (of_.system.fallen()) end_early();
  co_return true;
}

record::LoadResult Period::so_far() {
  const Figures& figures = crew_->figures();
  record::LoadResult result;
  result.name = of_.name;
  result.open = of_.load.model == lang::LoadSpec::Model::open;
  result.began = began_;
  figures.tell_totals(result);
  result.not_begun = not_begun();
  result.measured = std::max(of_.loop.now() - figures.from(), Duration::zero());
  crew_->measure_itself();
  result.generator = crew_->generator();
  if (workers_) workers_->add_to(result.generator);
  result.thresholds = judge(of_.load.thresholds, figures, result.measured, observed_);
  result.observed = observed_.tell_now();
  return result;
}

uint64_t Period::not_begun() const {
  return crew_->users().not_begun() + (workers_ ? workers_->not_begun() : 0);
}

std::optional<std::string> Period::reason_to_abort() const {
  const Figures& figures = crew_->figures();
  if (figures.ended() < kFewPlays) return std::nullopt;
  const Duration measured = of_.loop.now() - figures.from();
  for (const auto& bound : judge(of_.load.abort_on, figures, measured, observed_)) {
    if (bound.held || !bound.measured) continue;
    return fmt::format("{}{}{} is {}, the load was to end at {}", bound.on,
                       bound.on.empty() ? "" : " ", bound.what, bound.actual, bound.limit);
  }
  return std::nullopt;
}

void Period::end_early() {
  crew_->end_at(of_.loop.now());
  if (workers_) workers_->stop(of_.loop.now());
}

void Period::tell(record::LoadResult& result) const {
  if (!crew_) return;
  crew_->figures().tell(result);
  result.began = began_;
  result.not_begun = not_begun();
  result.measured = measured_;
  result.aborted = aborted_;
  result.generator = generator_;
  result.thresholds = judge(of_.load.thresholds, crew_->figures(), measured_, observed_);
  result.observed = observed_.tell();
  const auto leaks = judge_leaks(of_.load.thresholds, result.observed.processes,
                                 of_.load.warm_up > Duration::zero());
  result.thresholds.insert(result.thresholds.end(), leaks.begin(), leaks.end());
}

base::List Period::told_plays(size_t part) const {
  if (!crew_) return {};
  const ToldPlays& own = crew_->users().told_plays(part);
  if (!workers_) return own.plays;
  std::vector<ToldPlays> all = workers_->told_plays(part);
  all.push_back(own);
  base::Random random = base::Random::stream(of_.seed, "told plays");
  return chosen_of(std::move(all), random);
}

}  // namespace peregrine::trial
