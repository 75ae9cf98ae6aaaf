// Memory of a virtual user who waits: he has played his journey once and will play it again.
//
// usage: bench_memory JOURNEY [USERS]
//
// Starts the journey's system and lets so many users play, one after the other, each of whom then
// waits as between two plays. Prints a row of CSV with what the process has taken from the system
// (resident) and from malloc for it. Connections are the client's pool's and not counted: a user
// who waits has none of his own.
#include <fmt/core.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

#include "base/check.h"
#include "io/scope.h"
#include "lang/project.h"
#include "play/player.h"
#include "system/running_system.h"

namespace peregrine {
namespace {

using base::check;
using namespace std::chrono_literals;

struct Used {
  size_t resident = 0;
  size_t allocated = 0;
};

Used used() {
  size_t all = 0;
  size_t resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return {resident * static_cast<size_t>(sysconf(_SC_PAGESIZE)), mallinfo2().uordblks};
}

struct Crowd {
  play::World& world;
  const lang::Plan& plan;
  io::Signal end;
  size_t waiting = 0;
};

io::Task<void> play_and_wait(Crowd& crowd, uint64_t seed) {
  record::Observer observer;
  play::Player player(crowd.world, crowd.plan, observer);
  const record::Verdict verdict = co_await player.play({.seed = seed});
  check(verdict == record::Verdict::passed, "the journey does not hold");
  ++crowd.waiting;
  (void)co_await crowd.end.wait(crowd.world.loop.in(10min));
}

io::Task<void> measure(io::Loop& loop, const lang::Project& project, size_t users) {
  record::Timeline timeline;
  auto system =
      co_await system::RunningSystem::start(loop, project.system, timeline, {}, loop.in(30s));
  check(system.has_value(), "the system does not start");
  net::HttpClient http(loop);
  play::World world{loop, (*system)->endpoints(), http, system->get()};
  Crowd crowd{world, project.journeys.front(), io::Signal(loop)};
  io::Scope scope(loop);
  const auto add = [&](size_t upto) -> void {
    for (size_t i = crowd.waiting; i < upto; ++i) scope.spawn(play_and_wait(crowd, i));
  };
  add(64);  // what all share is made
  while (crowd.waiting < 64) (void)co_await loop.sleep(1ms);
  const Used before = used();
  for (size_t upto = 128; upto <= users + 64; upto += 64) {
    add(upto);
    while (crowd.waiting < upto) (void)co_await loop.sleep(1ms);
  }
  const Used after = used();
  const size_t counted = crowd.waiting - 64;
  fmt::print("{},{},{},{}\n", project.journeys.front().name, counted,
             (after.resident - before.resident) / counted,
             (after.allocated - before.allocated) / counted);
  crowd.end.notify_all();
  check((co_await scope.join(loop.in(10s))).has_value(), "the users do not end");
  co_await (*system)->stop();
}

}  // namespace
}  // namespace peregrine

int main(int argc, char** argv) {
  using namespace peregrine;
  check(argc >= 2, "usage: bench_memory JOURNEY [USERS]");
  const size_t users = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 10'000;
  lang::Diagnostics diagnostics;
  const auto project = lang::read_project({argv[1]}, {}, diagnostics);
  check(project.has_value(), "the journey has mistakes; `peregrine check` says which");
  auto loop = io::Loop::create();
  check(loop.has_value(), "no loop");
  (*loop)->run(measure(**loop, *project, users));
}
