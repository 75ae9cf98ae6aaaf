#include "trial/load/crew.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>

namespace peregrine::trial {

using base::Duration;
using base::Instant;
using base::Result;
using namespace std::chrono_literals;

namespace {

constexpr Duration kLookEvery = 1s;   // at figures, and at what would end the load
constexpr Duration kLagEvery = 10ms;  // how often the loop's own lag is measured
constexpr Duration kSpin = 25us;      // before a play is due, at the least

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

std::vector<const lang::Plan*> plans_of(const std::vector<Crew::Part>& parts) {
  std::vector<const lang::Plan*> plans;
  for (const Crew::Part& part : parts) plans.push_back(part.plan);
  return plans;
}

std::vector<Role> roles_of(std::vector<Crew::Part>& parts, Figures& figures,
                           const lang::LoadSpec& load) {
  std::vector<Role> roles;
  for (Crew::Part& part : parts) {
    roles.push_back(
        {part.plan, part.weight, {std::move(part.given), figures, figures.streams(), load.think}});
  }
  return roles;
}

Instant planned_end(const Crew::Setting& of) {
  const Duration length = of.profile.length();
  return length == Duration::max() ? Instant::max() : of.begin + length;
}

}  // namespace

Crew::Crew(const Setting& setting, std::vector<Part> parts)
    : of_(setting),
      parts_(std::move(parts)),
      figures_(plans_of(parts_), of_.begin, of_.begin + of_.load.warm_up, planned_end(of_),
               !of_.share.is_all() && of_.running != nullptr),
      roles_(roles_of(parts_, figures_, of_.load)),
      users_(Users::Setting{of_.loop, of_.endpoints, of_.running, of_.load, of_.profile, figures_,
                            of_.share, of_.begin, of_.seed, of_.most_users},
             roles_),
      changed_(of_.loop),
      cpu_at_begin_(worked()) {}

io::Task<Result<>> Crew::play() {
  const bool paces = of_.load.model == lang::LoadSpec::Model::open;
  if (paces) of_.loop.spin_before(kSpin);
  Result<> played = co_await users_.play();
  of_.loop.spin_before(Duration::zero());
  co_return played;
}

io::Task<bool> Crew::wait_until(Instant at) {
  while (!over_ && of_.loop.now() < at) {
    const Result<> waited = co_await changed_.wait({at});
    if (!waited && waited.error().code == base::Code::cancelled) co_return false;
  }
  co_return !over_;
}

void Crew::end_watch() {
  over_ = true;
  changed_.notify_all();
}

// Once a second, and when the warm-up is over.
io::Task<void> Crew::watch(EachSecond each_second) {
  const Instant from = figures_.from();
  if (from > of_.begin) {
    for (Instant next = of_.begin + kLookEvery; next < from; next += kLookEvery) {
      if (!co_await wait_until(next) || !co_await each_second(false)) co_return;
    }
    if (!co_await wait_until(from) || !co_await each_second(false)) co_return;
    cpu_at_begin_ = worked();
    generator_.lag.clear();
  }
  for (Instant next = from + kLookEvery;; next += kLookEvery) {
    if (!co_await wait_until(next) || !co_await each_second(true)) co_return;
  }
}

// A loop that is late comes late to all that is due.
io::Task<void> Crew::measure_lag() {
  for (Instant due = of_.loop.now() + kLagEvery;; due += kLagEvery) {
    if (!co_await wait_until(due)) co_return;
    const Instant came = base::monotonic_now();
    generator_.lag.add(came - due);
    due = std::max(due, came - kLagEvery);
  }
}

void Crew::end_at(Instant until) {
  figures_.end_at(until);
  users_.stop();
}

// Of the processor; to look at the clock until a play is due is no work.
Duration Crew::worked() const { return cpu_used() - of_.loop.spun(); }

void Crew::measure_itself() {
  generator_.cpu = std::max(Duration::zero(), worked() - cpu_at_begin_);
  generator_.busiest = generator_.cpu;
  generator_.rss_bytes = resident_bytes();
}

}  // namespace peregrine::trial
