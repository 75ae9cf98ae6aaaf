// What the PostgreSQL boundary costs: CPU of a statement in the proxy, beside what pgbouncer takes.
//
// usage: bench_postgres [ROUNDS [SECONDS]]
//
// Starts a private PostgreSQL and three ways to it: `spliced`, a proxy that only passes bytes;
// `directed`, the proxy as a trial has it, with a timeline that keeps every statement and a
// director that lets everything pass; `pgbouncer`, in session mode. Drives each with `pgbench -S`
// over 10 connections, in alternating order; PostgreSQL and pgbench on the first processor, what is
// measured on the second. Prints a row of CSV for each measurement, with the CPU time of what was
// measured.
#include "system/postgres.h"

#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "bench/processor.h"
#include "boundary/postgres_proxy.h"
#include "record/event.h"

namespace peregrine {
namespace {

using base::check;
using namespace std::chrono_literals;

constexpr int kClients = 10;
constexpr uint16_t kBouncerPort = 6432;
constexpr std::string_view kHost = "127.13.7.1";
constexpr std::string_view kModes[] = {"simple", "extended", "prepared"};

// As RunningPostgres has it.
class Told final : public boundary::StatementObserver {
 public:
  void statement(const boundary::StatementSeen& seen) override {
    timeline_.add({.at = seen.started,
                   .kind = record::Event::Kind::statement,
                   .source = "postgres",
                   .text = seen.sql,
                   .detail = seen.params.empty() ? "" : seen.params.front(),
                   .outcome = seen.outcome,
                   .failed = seen.failed,
                   .cause = {.connection = seen.connection}});
    ++statements;
  }
  uint64_t statements = 0;

 private:
  record::Timeline timeline_;
};

class Passing final : public boundary::Director {
 public:
  boundary::Verdict decide(boundary::Point, const boundary::Operation&) override {
    ++asked;
    return {};
  }
  uint64_t asked = 0;
};

struct Stage {
  io::Loop& loop;
  io::Reaper& reaper;
  system::PrivatePostgres& postgres;
  std::string folder;
};

// pgbouncer refuses root, and so does PostgreSQL: both run as the same user. What the reaper starts
// runs on the processor that it was started on, the first.
io::Command as_its_user(std::vector<std::string> words, const std::string& folder) {
  io::Command command{std::move(words), io::inherited_environment(), folder, {}};
  if (geteuid() != 0) return command;
  const passwd* user = getpwnam("postgres");
  check(user != nullptr, "no user `postgres`");
  command.as = io::Identity{user->pw_uid, user->pw_gid};
  return command;
}

io::Task<std::unique_ptr<io::Child>> start_bouncer(Stage& stage) {
  const std::filesystem::path socket = stage.postgres.socket_path();
  {
    std::ofstream(stage.folder + "/users")
        << fmt::format("\"{}\" \"{}\"\n", stage.postgres.user(), stage.postgres.password());
    std::ofstream config(stage.folder + "/bouncer.ini");
    config << "[databases]\npostgres = host=" << socket.parent_path().string()
           << " dbname=postgres\n[pgbouncer]\nlisten_addr=" << kHost
           << "\nlisten_port=" << kBouncerPort
           << "\nunix_socket_dir=\nauth_type=scram-sha-256\nauth_file=" << stage.folder
           << "/users\npool_mode=session\ndefault_pool_size=50\nlog_connections=0\n"
           << "log_disconnections=0\nignore_startup_parameters=extra_float_digits\n";
  }
  auto child = co_await stage.reaper.spawn(
      as_its_user({"taskset", "-c", "1", "pgbouncer", "-q", stage.folder + "/bouncer.ini"},
                  stage.folder),
      stage.loop.in(10s));
  check(child.has_value(), "pgbouncer cannot be started; it is in Debian's package of that name");
  (void)co_await stage.loop.sleep(500ms);
  co_return *std::move(child);
}

io::Task<uint64_t> drive(Stage& stage, std::string url, std::string_view mode, int seconds) {
  const std::string script = fmt::format(
      "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin | tail -1); taskset -c 0 "
      "pgbench -n -S -M {} -c {} -T {} '{}' 2>&1 | sed -n 's/.*actually processed: //p'",
      mode, kClients, seconds, url);
  const auto out = co_await io::run_program(
      stage.reaper, {{"sh", "-c", script}, io::inherited_environment(), "", {}},
      stage.loop.in(60s));
  check(out && out->status.ok() && !out->lines.empty(), "pgbench cannot be run");
  co_return std::strtoull(out->lines.front().c_str(), nullptr, 10);
}

io::Task<void> measure(io::Loop& loop, int rounds, int seconds) {
  auto directory = system::PrivateDirectory::create();
  check(directory.has_value(), "no directory");
  pin_to(0);
  auto reaper = io::Reaper::start(loop, directory->path());
  check(reaper.has_value(), "no reaper");
  auto postgres =
      co_await system::PrivatePostgres::start(loop, **reaper, *directory, {}, loop.in(30s));
  check(postgres.has_value(), "PostgreSQL does not start");
  Stage stage{loop, **reaper, **postgres, directory->path()};
  pin_to(1);
  auto bouncer = co_await start_bouncer(stage);

  boundary::Crossing none(loop), crossing(loop);
  Told told;
  Passing passing;
  crossing.set_director(&passing);
  const io::Address at{std::string(kHost), 0, ""};
  const std::string& socket = (*postgres)->socket_path();
  const auto plain = boundary::PostgresProxy::open(loop, none, {at, socket, "postgres"});
  const auto full = boundary::PostgresProxy::open(loop, crossing, {at, socket, "postgres", &told});
  check(plain && full, "no proxy");
  const auto url = [&](uint16_t port) {
    return (*postgres)->url_at(kHost, port, "postgres") + "?sslmode=disable";
  };
  const std::pair<std::string_view, std::string> ways[] = {
      {"spliced", url((*plain)->address().port)},
      {"directed", url((*full)->address().port)},
      {"pgbouncer", url(kBouncerPort)}};
  const auto filled = co_await io::run_program(
      stage.reaper,
      {{"sh", "-c",
        "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin | tail -1); pgbench -iq '" +
            (*postgres)->url("postgres") + "'"},
       io::inherited_environment(),
       "",
       {}},
      loop.in(60s));
  check(filled && filled->status.ok(), "pgbench cannot fill its tables");
  fmt::print("mode,round,way,statements,cpu_s,cpu_us_per_statement\n");
  for (int round = 0; round < rounds; ++round) {
    for (const std::string_view mode : kModes) {
      for (size_t i = 0; i < std::size(ways); ++i) {
        const auto& [name, to] = ways[(i + static_cast<size_t>(round)) % std::size(ways)];
        const bool ours = name != "pgbouncer";
        const double before = ours ? used_here() : used_by(bouncer->pid());
        const uint64_t statements = co_await drive(stage, to, mode, seconds);
        const double used = (ours ? used_here() : used_by(bouncer->pid())) - before;
        fmt::print("{},{},{},{},{:.3f},{:.2f}\n", mode, round, name, statements, used,
                   used * 1e6 / static_cast<double>(statements));
        std::fflush(stdout);
      }
    }
  }
  check(told.statements > 1000 && passing.asked >= 2 * told.statements, "not every one was asked");
  (void)bouncer->kill(SIGKILL);
  (void)co_await (*postgres)->stop(loop.in(2s));
}

}  // namespace
}  // namespace peregrine

int main(int argc, char** argv) {
  using namespace peregrine;
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
  const int seconds = argc > 2 ? std::atoi(argv[2]) : 3;
  auto loop = io::Loop::create();
  check(loop.has_value(), "no loop");
  (*loop)->run(measure(**loop, rounds, seconds));
}
