// CPU per request of a journey's plan, against wrk's GET to the same service in the same run.
//
// usage: bench_load JOURNEY [PAIRS [SECONDS]]
//
// Starts the journey's system, then measures in pairs, one after the other in alternating order:
// 64 virtual users on one loop that play the journey again and again, and `wrk -t1 -c64`; both on
// the second processor, the service on the first. Prints a row of CSV for each measurement, with
// the user and system time of the client's process.
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "bench/processor.h"
#include "io/scope.h"
#include "lang/project.h"
#include "play/player.h"
#include "system/running_system.h"

namespace peregrine {
namespace {

using base::check;
using namespace std::chrono_literals;

constexpr size_t kUsers = 64;
constexpr base::Duration kStartWithin = 30s;

struct Measured {
  uint64_t requests = 0;
  uint64_t failures = 0;
  double seconds = 0;
  double user_s = 0;
  double system_s = 0;
};

struct Rush {
  play::World& world;
  const lang::Plan& plan;
  base::Instant end;
  Measured measured{};
};

io::Task<void> play_until_end(Rush& rush, uint64_t seed) {
  record::Observer observer;
  play::Player player(rush.world, rush.plan, observer);
  while (rush.world.loop.now() < rush.end) {
    const record::Verdict verdict = co_await player.play({.seed = seed++});
    rush.measured.requests += player.result().steps.size();
    rush.measured.failures += verdict == record::Verdict::passed ? 0 : 1;
  }
}

io::Task<Measured> measure_players(play::World& world, const lang::Plan& plan,
                                   base::Duration span) {
  const base::Instant begin = base::monotonic_now();
  Rush rush{world, plan, begin + span};
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  io::Scope users(world.loop);
  for (size_t i = 0; i < kUsers; ++i) users.spawn(play_until_end(rush, i << 32));
  check((co_await users.join(io::Deadline::never())).has_value(), "the users do not end");
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  rush.measured.seconds = base::to_seconds(base::monotonic_now() - begin);
  rush.measured.user_s = to_seconds(after.ru_utime) - to_seconds(before.ru_utime);
  rush.measured.system_s = to_seconds(after.ru_stime) - to_seconds(before.ru_stime);
  co_return rush.measured;
}

// The number in front of these words in the text; 0 if they are not there.
uint64_t number_before(const std::string& text, std::string_view words) {
  const size_t at = text.find(words);
  if (at == std::string::npos) return 0;
  const size_t begin = text.find_last_not_of("0123456789", at - 1) + 1;
  uint64_t number = 0;
  std::from_chars(text.data() + begin, text.data() + at, number);
  return number;
}

// Runs in this thread, and nothing else does meanwhile.
Measured measure_wrk(const std::string& url, base::Duration span) {
  int out[2];
  check(pipe(out) == 0, "pipe");
  const std::string users = fmt::format("-c{}", kUsers);
  const std::string seconds = fmt::format("-d{}s", base::to_seconds(span));
  const base::Instant begin = base::monotonic_now();
  const pid_t child = fork();
  if (child == 0) {
    dup2(out[1], STDOUT_FILENO);
    execlp("wrk", "wrk", "-t1", users.c_str(), seconds.c_str(), url.c_str(), nullptr);
    _exit(127);
  }
  close(out[1]);
  std::string text;
  char bytes[4096];
  for (ssize_t n = 0; (n = read(out[0], bytes, sizeof bytes)) > 0;) {
    text.append(bytes, static_cast<size_t>(n));
  }
  close(out[0]);
  rusage used{};
  int status = 0;
  check(wait4(child, &status, 0, &used) == child && status == 0, "wrk cannot be run");
  Measured measured;
  measured.requests = number_before(text, " requests in ");
  measured.failures = number_before(text, "\n  Non-2xx") + (text.contains("Socket errors") ? 1 : 0);
  measured.seconds = base::to_seconds(base::monotonic_now() - begin);
  measured.user_s = to_seconds(used.ru_utime);
  measured.system_s = to_seconds(used.ru_stime);
  return measured;
}

void print_row(std::string_view client, const lang::Plan& plan, size_t pair, const Measured& m) {
  const double cpu_us = (m.user_s + m.system_s) * 1e6 / static_cast<double>(m.requests);
  fmt::print("{},{},{},{},{},{:.3f},{:.3f},{:.3f},{:.3f}\n", plan.name, pair, client, m.requests,
             m.failures, m.seconds, m.user_s, m.system_s, cpu_us);
  std::fflush(stdout);
}

io::Task<void> measure(io::Loop& loop, const lang::Project& project, size_t pairs,
                       base::Duration span) {
  record::Timeline timeline;
  pin_to(0);
  auto system = co_await system::RunningSystem::start(loop, project.system, timeline, {},
                                                      loop.in(kStartWithin));
  check(system.has_value(), "the system does not start");
  pin_to(1);
  const lang::Plan& plan = project.journeys.front();
  const net::Origin& origin = (*system)->origin(project.system.services.front().name);
  const std::string url = fmt::format("http://{}/items/42", origin.to_string());
  net::HttpClient http(loop);
  play::World world{loop, (*system)->endpoints(), http, system->get()};
  (void)co_await measure_players(world, plan, 200ms);  // warms up
  fmt::print("journey,pair,client,requests,failures,seconds,user_s,system_s,cpu_us_per_request\n");
  for (size_t pair = 0; pair < pairs; ++pair) {
    for (const bool first : {true, false}) {
      if (first == (pair % 2 == 0)) {
        print_row("peregrine", plan, pair, co_await measure_players(world, plan, span));
      } else {
        print_row("wrk", plan, pair, measure_wrk(url, span));
      }
    }
  }
  co_await (*system)->stop();
}

}  // namespace
}  // namespace peregrine

int main(int argc, char** argv) {
  using namespace peregrine;
  check(argc >= 2, "usage: bench_load JOURNEY [PAIRS [SECONDS]]");
  const size_t pairs = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 5;
  const std::chrono::seconds span(argc > 3 ? std::strtol(argv[3], nullptr, 10) : 3);
  lang::Diagnostics diagnostics;
  const auto project = lang::read_project({argv[1]}, {}, diagnostics);
  check(project.has_value(), "the journey has mistakes; `peregrine check` says which");
  auto loop = io::Loop::create();
  check(loop.has_value(), "no loop");
  (*loop)->run(measure(**loop, *project, pairs, span));
}
