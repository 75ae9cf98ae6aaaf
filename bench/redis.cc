// What the Redis boundary costs: CPU of a command in the proxy, beside what it costs Redis itself.
//
// usage: bench_redis [ROUNDS [COMMANDS]]
//
// Starts a private Redis and three ways to it: `straight`, its socket; `spliced`, a proxy that only
// passes bytes; `told`, the proxy as a run has it, with a timeline that keeps every command. Drives
// each with redis-benchmark, in alternating order; Redis and redis-benchmark on the first
// processor, the proxies on the second. Prints a row of CSV for each measurement, with the CPU time
// of Redis' process and of this one.
#include "system/redis.h"

#include <fmt/core.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "bench/processor.h"
#include "boundary/redis_proxy.h"
#include "record/event.h"

namespace peregrine {
namespace {

using base::check;
using namespace std::chrono_literals;

struct Case {
  std::string_view name;
  std::string_view arguments;
};
constexpr Case kCases[] = {{"GET", "-t get -P 1"},
                           {"GET, pipelines of 16", "-t get -P 16"},
                           {"SET of 1 KB", "-t set -d 1024 -P 1"},
                           {"LRANGE of 100", "-t lrange_100 -P 1"}};

// As RunningRedis has it.
class Told final : public boundary::CommandObserver {
 public:
  void command(const boundary::CommandSeen& seen) override {
    timeline_.add({.at = seen.started,
                   .kind = record::Event::Kind::command,
                   .source = "redis",
                   .text = seen.text,
                   .detail = "",
                   .outcome = seen.outcome,
                   .failed = seen.failed,
                   .cause = {.connection = seen.connection}});
    ++commands_;
  }
  void lost(uint64_t, const std::string& why) override { check(false, why.c_str()); }
  uint64_t commands() const { return commands_; }

 private:
  record::Timeline timeline_;
  uint64_t commands_ = 0;
};

struct Way {
  std::string_view name;
  std::string arguments;
};

io::Task<void> measure_one(io::Loop& loop, io::Reaper& reaper, system::PrivateRedis& redis,
                           const Case& what, const Way& way, size_t round, size_t commands) {
  std::string script = fmt::format("redis-benchmark {} -a {} -n {} -c 50 -q {} >/dev/null",
                                   way.arguments, redis.password(), commands, what.arguments);
  io::Command command{{"sh", "-c", std::move(script)}, io::inherited_environment(), "", {}};
  const pid_t pid = redis.process().pid();
  const double server = used_by(pid);
  const double own = used_here();
  const base::Instant begin = base::monotonic_now();
  const auto ran = co_await io::run_program(reaper, std::move(command), loop.in(120s));
  check(ran && ran->status.ok(), "redis-benchmark cannot be run");
  fmt::print("\"{}\",{},{},{},{:.3f},{:.3f},{:.3f}\n", what.name, round, way.name, commands,
             base::to_seconds(base::monotonic_now() - begin), used_by(pid) - server,
             used_here() - own);
  std::fflush(stdout);
}

io::Task<void> measure(io::Loop& loop, size_t rounds, size_t commands) {
  auto directory = system::PrivateDirectory::create();
  check(directory.has_value(), "no directory");
  pin_to(0);
  auto reaper = io::Reaper::start(loop, directory->path());
  check(reaper.has_value(), "no reaper");
  auto redis =
      co_await system::PrivateRedis::start(loop, **reaper, *directory, {}, {}, loop.in(30s));
  check(redis.has_value(), "Redis does not start");
  pin_to(1);
  Told told;
  const io::Address at{"127.0.0.1", 0, ""};
  boundary::Crossing crossing(loop);
  const std::string socket = (*redis)->socket_path();
  const auto plain = boundary::RedisProxy::open(loop, crossing, {at, socket, "redis"});
  const auto full = boundary::RedisProxy::open(loop, crossing, {at, socket, "redis", &told});
  check(plain && full, "no proxy");
  const Way ways[] = {{"straight", "-s " + (*redis)->socket_path()},
                      {"spliced", fmt::format("-p {}", (*plain)->address().port)},
                      {"told", fmt::format("-p {}", (*full)->address().port)}};
  fmt::print("case,round,way,commands,seconds,redis_s,proxy_s\n");
  for (size_t round = 0; round < rounds; ++round) {
    for (const Case& what : kCases) {
      for (size_t i = 0; i < std::size(ways); ++i) {
        const Way& way = ways[(i + round) % std::size(ways)];
        co_await measure_one(loop, **reaper, **redis, what, way, round, commands);
      }
    }
  }
  check(told.commands() >= rounds * commands * std::size(kCases), "not every command was told");
  co_await (*redis)->stop(loop.in(2s));
}

}  // namespace
}  // namespace peregrine

int main(int argc, char** argv) {
  using namespace peregrine;
  const size_t rounds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 5;
  const size_t commands = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200'000;
  auto loop = io::Loop::create();
  check(loop.has_value(), "no loop");
  (*loop)->run(measure(**loop, rounds, commands));
}
