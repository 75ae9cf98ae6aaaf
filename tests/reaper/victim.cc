// Starts what a run starts: a directory, the reaper, a service with children of its own, one that
// detaches itself, and a private PostgreSQL. Says where and who, and waits to be killed.
#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "system/postgres.h"

namespace {

using namespace peregrine;
using namespace std::chrono_literals;
using base::Result;
using io::Task;

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

Task<Result<std::unique_ptr<io::Child>>> shell(io::Loop& loop, io::Reaper& reaper,
                                               std::string script) {
  io::Command command{
      {"sh", "-c", std::move(script)}, io::inherited_environment(), "", std::nullopt};
  co_return co_await reaper.spawn(std::move(command), loop.in(10s));
}

Task<Result<>> live(io::Loop& loop) {
  CO_TRY(const system::PrivateDirectory directory, system::PrivateDirectory::create());
  say("directory " + directory.path());
  CO_TRY(auto reaper, io::Reaper::start(loop, directory.path()));
  say(fmt::format("reaper {}", reaper->pid()));
  CO_TRY(auto service, co_await shell(loop, *reaper, "sleep 1000 & sleep 1000"));
  CO_TRY(auto daemon, co_await shell(loop, *reaper, "setsid sleep 1000 & sleep 1000 & wait"));
  CO_TRY(auto postgres,
         co_await system::PrivatePostgres::start(loop, *reaper, directory, {}, loop.in(60s)));
  CO_TRY_OK(co_await postgres->create_database("app", loop.in(10s)));
  CO_TRY(auto connection, co_await postgres->connect("app", loop.in(10s)));
  say("ready");
  co_return co_await loop.sleep(1000s);
}

}  // namespace

int main() {
  auto loop = io::Loop::create();
  if (!loop) return 4;
  const Result<> lived = (*loop)->run(live(**loop));
  if (!lived) say("failed " + lived.error().to_string());
  return lived ? 0 : 3;
}
