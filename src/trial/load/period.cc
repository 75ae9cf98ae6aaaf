#include "trial/load/period.h"

#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "trial/load/leaks.h"

namespace peregrine::trial {

using base::Duration;
using base::Instant;
using base::Result;
using namespace std::chrono_literals;

namespace {

constexpr Duration kLookEvery = 1s;   // at figures, and at what would end the load
constexpr Duration kLagEvery = 10ms;  // how often the loop's own lag is measured
constexpr Duration kSpin = 25us;      // before a play is due (docs/architecture.md, pacing)
constexpr uint64_t kFewPlays = 20;    // before which nothing is ended early

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

}  // namespace

Period::Period(Setting setting, std::vector<Part> parts)
    : of_(std::move(setting)),
      parts_(std::move(parts)),
      profile_(of_.load),
      observed_(of_.loop, of_.system) {}

io::Task<Result<>> Period::play() {
  begin_ = of_.loop.now();
  began_ = base::wall_now();
  const Instant from = begin_ + of_.load.warm_up;
  const bool endless = profile_.length() == Duration::max();
  std::vector<const lang::Plan*> plans;
  for (const Part& part : parts_) plans.push_back(part.plan);
  figures_ = std::make_unique<Figures>(plans, begin_, from,
                                       endless ? Instant::max() : begin_ + profile_.length());
  for (Part& part : parts_) {
    roles_.push_back({part.plan,
                      part.weight,
                      {std::move(part.given), *figures_, figures_->streams(), of_.load.think}});
  }
  users_ = std::make_unique<Users>(Users::Setting{of_.loop, of_.system, of_.load, profile_,
                                                  *figures_, begin_, of_.seed, of_.most_users},
                                   roles_);
  const bool paces = of_.load.model == lang::LoadSpec::Model::open;
  if (paces) of_.loop.spin_before(kSpin);
  observed_.start(from, figures_->until());
  cpu_at_begin_ = cpu_used();
  Result<> played;
  {
    io::Scope beside(of_.loop);
    beside.spawn(watch());
    beside.spawn(measure_lag());
    played = co_await users_->play();
    beside.cancel({base::Code::cancelled, "the load is over"});
    (void)co_await beside.join(io::Deadline::never());
  }
  of_.loop.spin_before(Duration::zero());
  figures_->end_at(std::min(figures_->until(), of_.loop.now()));
  co_await observed_.finish();
  figures_->close_slice(of_.loop.now());
  const Instant until = std::min(figures_->until(), of_.loop.now());
  measured_ = std::max(until - from, Duration::zero());
  generator_.cpu = cpu_used() - cpu_at_begin_;
  generator_.rss_bytes = resident_bytes();
  co_return played;
}

// Once a second, and when the warm-up is over.
io::Task<void> Period::watch() {
  const Instant from = figures_->from();
  if (from > begin_) {
    for (Instant next = begin_ + kLookEvery; next < from; next += kLookEvery) {
      if (!co_await of_.loop.sleep(next - of_.loop.now())) co_return;
      look();
    }
    if (!co_await of_.loop.sleep(from - of_.loop.now())) co_return;
    look();
    began_ = base::wall_now();
    cpu_at_begin_ = cpu_used();
    generator_.lag.clear();
  }
  for (Instant next = from + kLookEvery;; next += kLookEvery) {
    if (!co_await of_.loop.sleep(next - of_.loop.now())) co_return;
    look();
    if (aborted_.empty()) {
      if (const auto why = reason_to_abort()) {
        aborted_ = *why;
        end_early();
      }
    }
    if (of_.system.fallen()) end_early();
  }
}

void Period::look() {
  figures_->close_slice(of_.loop.now());
  if (figures_->slices().empty()) return;
  of_.observer.load_progressed({of_.name, of_.loop.now() - begin_, profile_.length(),
                                users_->playing(), figures_->slices().back(),
                                [this] { return so_far(); }});
}

record::LoadResult Period::so_far() const {
  record::LoadResult result;
  result.name = of_.name;
  result.open = of_.load.model == lang::LoadSpec::Model::open;
  result.began = began_;
  figures_->tell_totals(result);
  result.not_begun = users_->not_begun();
  result.measured = std::max(of_.loop.now() - figures_->from(), Duration::zero());
  result.generator = generator_;
  result.generator.cpu = cpu_used() - cpu_at_begin_;
  result.generator.rss_bytes = resident_bytes();
  result.thresholds = judge(of_.load.thresholds, *figures_, result.measured, observed_);
  result.observed = observed_.tell_now();
  return result;
}

std::optional<std::string> Period::reason_to_abort() const {
  if (figures_->ended() < kFewPlays) return std::nullopt;
  const Duration measured = of_.loop.now() - figures_->from();
  for (const auto& bound : judge(of_.load.abort_on, *figures_, measured, observed_)) {
    if (bound.held || !bound.measured) continue;
    return fmt::format("{}{}{} is {}, the load was to end at {}", bound.on,
                       bound.on.empty() ? "" : " ", bound.what, bound.actual, bound.limit);
  }
  return std::nullopt;
}

void Period::end_early() {
  figures_->end_at(of_.loop.now());
  users_->stop();
}

// A loop that is late comes late to all that is due.
io::Task<void> Period::measure_lag() {
  for (Instant due = of_.loop.now() + kLagEvery;; due += kLagEvery) {
    if (!co_await of_.loop.sleep(due - of_.loop.now())) co_return;
    const Instant came = base::monotonic_now();
    generator_.lag.add(came - due);
    due = std::max(due, came - kLagEvery);
  }
}

void Period::tell(record::LoadResult& result) const {
  figures_->tell(result);
  result.began = began_;
  result.not_begun = users_->not_begun();
  result.measured = measured_;
  result.aborted = aborted_;
  result.generator = generator_;
  result.thresholds = judge(of_.load.thresholds, *figures_, measured_, observed_);
  result.observed = observed_.tell();
  const auto leaks = judge_leaks(of_.load.thresholds, result.observed.processes,
                                 of_.load.warm_up > Duration::zero());
  result.thresholds.insert(result.thresholds.end(), leaks.begin(), leaks.end());
}

}  // namespace peregrine::trial
