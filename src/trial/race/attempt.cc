#include "trial/race/attempt.h"

#include <fmt/core.h>

#include "base/text.h"
#include "trial/race/sampling.h"
#include "trial/race/search.h"

namespace peregrine::trial {

using base::Result;
using namespace std::chrono_literals;

namespace {

constexpr base::Duration kResetWithin = 30s;
constexpr base::Duration kLookWithin = 10s;
constexpr base::Duration kLookAgainAfter = 100ms;
constexpr int kMostLooks = 20;
// Lines of logs that are kept of an act, and of all acts.
constexpr size_t kMostLogsOfAct = 4;
constexpr size_t kMostLogs = 200;
constexpr size_t kMostBytesOfLog = 500;

// The first answer of a service's that says that it failed.
std::string server_error(const record::Timeline& timeline) {
  for (const record::Event& event : timeline.events()) {
    if (event.kind != record::Event::Kind::answer || !event.outcome.starts_with('5')) continue;
    return fmt::format("{} answered {}", event.source, event.outcome.substr(0, 3));
  }
  return "";
}

// Puts each line of a log behind the act after which it came.
void add_logs(Trace& trace, const record::Timeline& timeline) {
  if (trace.acts.empty() || trace.times.size() <= trace.acts.size()) return;
  size_t at = 0, kept = 0;
  for (const record::Event& event : timeline.events()) {
    if (event.kind != record::Event::Kind::log) continue;
    if (event.at < trace.times.front() || event.at > trace.times.back()) continue;
    while (at + 1 < trace.acts.size() && trace.times[at + 1] <= event.at) ++at;
    Act& act = trace.acts[at];
    if (act.logs.size() == kMostLogsOfAct || kept == kMostLogs) {
      ++act.more_logs;
      continue;
    }
    act.logs.push_back({event.source, base::shortened(event.text, kMostBytesOfLog)});
    ++kept;
  }
}

}  // namespace

io::Task<Result<Attempt>> Attempts::in_order(std::vector<size_t> contenders) {
  return play({.order = std::move(contenders)}, {});
}

io::Task<Result<Attempt>> Attempts::at_once() { return play({.all_at_once = true}, {}); }

io::Task<Result<Attempt>> Attempts::with(Choices choices) {
  return play({}, [choices = std::move(choices)](const Choice& choice, size_t number) {
    return number < choices.size() ? choices[number] : go_on(choice);
  });
}

std::set<std::string> differing_parts(const std::map<std::string, std::string>& one,
                                      const std::map<std::string, std::string>& other) {
  std::set<std::string> names;
  for (const auto& [name, digest] : other) {
    if (!one.contains(name) || one.at(name) != digest) names.insert(name);
  }
  for (const auto& [name, digest] : one) {
    if (!other.contains(name)) names.insert(name);
  }
  return names;
}

io::Task<Result<Attempt>> Attempts::at_random(uint64_t seed) {
  return play({}, [sampling = Sampling(seed)](const Choice& choice, size_t) mutable {
    return sampling.choose(choice);
  });
}

io::Task<Result<Attempt>> Attempts::play(Scheduler::Options options, Scheduler::Choose choose) {
  const base::Instant begin = base::monotonic_now();
  CO_TRY_OK(co_await world_.system().reset(world_.loop.in(kResetWithin), plan_.clock));
  if (changes_luck_) world_.system().change_luck();
  world_.timeline->begin_play(plan_.name);
  Attempt attempt;
  record::Observer nobody;
  play::Player player(world_, plan_, nobody);
  {
    Scheduler scheduler(world_.loop, world_.system(), known_, std::move(options), std::move(choose),
                        [&]() { return look(attempt); });
    io::Scope conducting(world_.loop);
    conducting.spawn(scheduler.conduct());
    const record::Verdict verdict = co_await player.race({.seed = seed_}, scheduler);
    if (verdict == record::Verdict::inconclusive) {
      conducting.cancel({base::Code::cancelled, "the race is over"});
    } else {
      conducting.cancel({base::Code::cancelled, "nobody gathered"});
    }
    (void)co_await conducting.join(io::Deadline::never());
    if (verdict == record::Verdict::inconclusive) {
      co_return base::fail(base::Code::cancelled, "interrupted");
    }
    attempt.trace = scheduler.take_trace();
  }
  add_logs(attempt.trace, *world_.timeline);
  attempt.won = player.won();
  attempt.server_error = server_error(*world_.timeline);
  attempt.result = player.take_result();
  attempt.took = base::monotonic_now() - begin;
  co_return attempt;
}

// At what is left.
io::Task<void> Attempts::look(Attempt& attempt) {
  co_await take_end(attempt);
  if (!known_.works_behind || !knows_) co_return;
  for (int looks = 1; looks < kMostLooks && !knows_(attempt.digest); ++looks) {
    const std::string before = attempt.digest;
    if (!co_await world_.loop.sleep(kLookAgainAfter)) co_return;
    co_await take_end(attempt);
    if (attempt.digest == before) co_return;
  }
}

io::Task<void> Attempts::take_end(Attempt& attempt) {
  auto contents =
      co_await world_.system().contents(left_out_, takes_parts_, world_.loop.in(kLookWithin));
  if (!contents) {
    attempt.digest = contents.error().to_string();
    co_return;
  }
  attempt.digest = std::move(contents->digest);
  if (takes_parts_) parts_ = std::move(contents->parts);
}

}  // namespace peregrine::trial
