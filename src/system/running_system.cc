#include "system/running_system.h"

#include <fmt/core.h>

#include <algorithm>

#include "system/clock_reach.h"
#include "system/loopback.h"
#include "system/readiness.h"
#include "system/running_postgres.h"
#include "system/running_redis.h"

namespace peregrine::system {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;

namespace {

constexpr uint16_t kMailPort = 2525;
constexpr base::Duration kGrace = 2s;
constexpr base::Duration kQuietFor = 3ms;  // no event, and no service computes then
constexpr base::Duration kQuietWithin = 250ms;
constexpr base::Duration kBetweenLooks = 1ms;
constexpr size_t kPortTries = 100;

net::Http http_of(const lang::ServiceSpec& service, const net::Origin& origin) {
  if (service.http == 2) return net::Http::two;
  return origin.tls && service.http == 0 ? net::Http::either : net::Http::one;
}

}  // namespace

RunningSystem::RunningSystem(io::Loop& loop, const lang::SystemSpec& spec,
                             record::Timeline& timeline, PrivateDirectory directory)
    : loop_(loop),
      spec_(spec),
      timeline_(timeline),
      directory_(std::move(directory)),
      wiring_(spec, clock_),
      crossing_(loop),
      providers_(loop, spec, clock_, timeline) {}

RunningSystem::~RunningSystem() {
  services_.clear();
  databases_.clear();
}

io::Task<Result<std::unique_ptr<RunningSystem>>> RunningSystem::start(io::Loop& loop,
                                                                      const lang::SystemSpec& spec,
                                                                      record::Timeline& timeline,
                                                                      Options options,
                                                                      io::Deadline deadline) {
  base::check(!lang::first_needed(spec.not_playable),
              "a system is started that cannot be played yet");
  remove_leftover_directories();
  CO_TRY(PrivateDirectory directory, PrivateDirectory::create());
  std::unique_ptr<RunningSystem> system(
      new RunningSystem(loop, spec, timeline, std::move(directory)));
  CO_TRY(system->reaper_, io::Reaper::start(loop, system->directory_.path()));
  Result<> started = co_await system->start_all(options, deadline);
  if (!started) {
    co_await system->stop();
    co_return std::unexpected(started.error());
  }
  co_return std::move(system);
}

io::Task<Result<>> RunningSystem::start_all(Options options, io::Deadline deadline) {
  observe_ = options.observe;
  count_statements_ = options.count_statements;
  ordered_ = options.ordered;
  direct_ = options.direct;
  base::check(!direct_ || !observe_, "what passes no proxy is not observed");
  CO_TRY(host_, own_loopback_address());
  if (spec_.clock_is_moved) CO_TRY_OK(clock_.steer(directory_));
  set_clock(spec_.clock);
  CO_TRY_OK(start_providers(options));
  CO_TRY_OK(place_services());
  CO_TRY_OK(start_mail());
  CO_TRY_OK(co_await start_databases(deadline));
  CO_TRY_OK(co_await start_services(false, deadline));
  // After the services, so that what they make when they start (their own migrations) is kept.
  for (auto& [name, database] : databases_) {
    CO_TRY_OK(co_await database->take_snapshot(deadline));
  }
  co_return co_await providers_.take_snapshots(deadline);
}

// Before the services, whose environment has their addresses and secrets.
Result<> RunningSystem::start_providers(Options options) {
  auto run_program = [this](std::vector<std::string> words, std::string folder, std::string input,
                            io::Deadline deadline) {
    return run_for_provider(std::move(words), std::move(folder), std::move(input), deadline);
  };
  TRY_OK(providers_.open_all({host_, options.seed, options.fits, environment_value(), &crossing_},
                             std::move(run_program)));
  for (const lang::ProviderUse& use : spec_.providers) {
    wiring_.place(use, provider(use.name));
    for (const auto& [name, value] : provider(use.name).secrets().as_map()) {
      if (value.is_text()) {
        timeline_.secrets().add(fmt::format("{}.{}", use.name, name), value.as_text());
      }
    }
  }
  return {};
}

io::Task<Result<std::string>> RunningSystem::run_for_provider(std::vector<std::string> words,
                                                              std::string folder, std::string input,
                                                              io::Deadline deadline) {
  io::Command command{
      .argv = std::move(words), .env = io::inherited_environment(), .cwd = std::move(folder)};
  CO_TRY(ProgramResult result, co_await execute(std::move(command), std::move(input), deadline));
  if (!result.status.ok()) {
    co_return fail(Code::invalid, "the program ended with {}", result.status.to_string());
  }
  co_return std::move(result.output);
}

void RunningSystem::set_clock(std::optional<base::WallTime> start) {
  if (start) {
    clock_.set(*start);
  } else if (clock_.is_steered()) {
    clock_.let_go();
  }
}

// All addresses are known before anything starts, so that a service may tell its own to others.
Result<> RunningSystem::place_services() {
  std::vector<uint16_t> taken;
  for (const lang::ServiceSpec& service : spec_.services) {
    if (!service.run) continue;
    uint16_t port = 0;
    for (size_t i = 0; port == 0 && i < kPortTries; ++i) {
      TRY(const uint16_t found, free_port());
      if (std::ranges::find(taken, found) == taken.end()) port = found;
    }
    if (port == 0) return fail(Code::limit, "no free port for the service `{}`", service.name);
    taken.push_back(port);
    net::Origin origin{host_, port};
    origin.http = http_of(service, origin);
    const auto [entry, fresh] = origins_.emplace(service.name, std::move(origin));
    wiring_.place(service, entry->second);
  }
  for (const lang::ProviderUse& use : spec_.providers) {
    const auto found = use.webhook ? origins_.find(use.webhook->service) : origins_.end();
    if (found != origins_.end()) providers_.set_webhook(use, found->second);
  }
  return {};
}

Result<> RunningSystem::start_mail() {
  if (!spec_.mail) return {};
  TRY(auto login, wiring_.login_of(*spec_.mail));
  auto started =
      RunningMail::start(loop_, {host_, kMailPort, ""}, std::move(login), timeline_, crossing_);
  if (!started) return base::because(started.error(), "mail could not be listened for");
  mail_ = *std::move(started);
  wiring_.place(*spec_.mail, mail_->where());
  return {};
}

// `again`: only those that start anew for each play.
io::Task<Result<>> RunningSystem::start_services(bool again, io::Deadline deadline) {
  for (const std::vector<size_t>& group : spec_.start_groups) {
    CO_TRY_OK(co_await start_group(group, again, deadline));
  }
  co_return Result<>{};
}

io::Task<Result<>> RunningSystem::start_group(const std::vector<size_t>& group, bool again,
                                              io::Deadline deadline) {
  std::vector<const lang::ServiceSpec*> members;
  for (const size_t index : group) {
    const lang::ServiceSpec& spec = spec_.services[index];
    if (!again || spec.restart_each) members.push_back(&spec);
  }
  auto failed = [again](const lang::ServiceSpec& spec, base::Error error) {
    const std::string_view what = spec.url ? "reached" : again ? "started again" : "started";
    return base::because(std::move(error),
                         fmt::format("the service `{}` could not be {}", spec.name, what));
  };
  // Where all of them are is known before the first of them starts.
  for (const lang::ServiceSpec* member : members) {
    Result<> placed = member->url ? place_elsewhere(*member) : Result<>{};
    if (!placed) co_return failed(*member, placed.error());
  }
  std::optional<Failed> first;
  io::Scope scope(loop_);
  for (const lang::ServiceSpec* member : members) {
    scope.spawn(start_member(*member, deadline, scope, first));
  }
  CO_TRY_OK(co_await scope.join(io::Deadline::never()));
  if (first) co_return failed(*first->service, std::move(first->why));
  co_return Result<>{};
}

// The first that fails ends the start of the others.
io::Task<void> RunningSystem::start_member(const lang::ServiceSpec& spec, io::Deadline deadline,
                                           io::Scope& group, std::optional<Failed>& first) {
  Result<> started = co_await start_service(spec, deadline);
  if (started || first) co_return;
  first = Failed{&spec, started.error()};
  group.cancel({Code::cancelled, "another service could not be started"});
}

Result<> RunningSystem::place_elsewhere(const lang::ServiceSpec& spec) {
  TRY(net::Origin origin, wiring_.origin_of(spec));
  origin.http = http_of(spec, origin);
  wiring_.place(spec, origin);
  for (const lang::ProviderUse& use : spec_.providers) {
    if (use.webhook && use.webhook->service == spec.name) providers_.set_webhook(use, origin);
  }
  origins_.insert_or_assign(spec.name, std::move(origin));
  return {};
}

io::Task<Result<>> RunningSystem::start_service(const lang::ServiceSpec& spec,
                                                io::Deadline deadline) {
  if (spec.url) {
    Readiness readiness{spec.name, origin(spec.name), spec.ready_path, [] { return std::nullopt; }};
    co_return co_await wait_until_ready(loop_, std::move(readiness), deadline);
  }
  CO_TRY(io::Command command, wiring_.command_of(spec));
  if (clock_.is_steered()) {
    // It would be played against two clocks.
    if (const auto why = why_clock_is_not_seen(command)) {
      co_return fail(Code::invalid, "{} {}", command.argv.front(), *why);
    }
  }
  auto on_line = [this, name = spec.name](const std::string& line) {
    timeline_.add({base::monotonic_now(), record::Event::Kind::log, name, line, "", "", false});
  };
  CO_TRY(auto service,
         co_await Service::start(
             loop_, *reaper_, {spec.name, std::move(command), origin(spec.name), spec.ready_path},
             std::move(on_line), deadline));
  services_.insert_or_assign(spec.name, std::move(service));
  co_return Result<>{};
}

// What a play has set going behind its last step, an outbox or another attempt, comes to its end
// first: it would write into the next play. That is, nothing has passed a boundary for a moment; a
// service that never rests is not waited for.
io::Task<void> RunningSystem::fall_quiet(io::Deadline deadline) {
  const base::Instant enough = std::min(deadline.at, base::monotonic_now() + kQuietWithin);
  for (;;) {
    const base::Instant now = base::monotonic_now();
    if (now >= enough) co_return;
    const base::Instant quiet = timeline_.last_added() + kQuietFor;
    if (now >= quiet && !computes()) co_return;
    const base::Instant next = std::max(quiet, now + kBetweenLooks);
    if (!co_await loop_.sleep(std::min(next, enough) - now)) co_return;
  }
}

io::Task<Result<>> RunningSystem::reset(io::Deadline deadline,
                                        std::optional<base::WallTime> start) {
  const bool restart = !std::exchange(untouched_, false);
  if (restart) co_await fall_quiet(deadline);
  // Before the databases, so that they write nothing into what is put back.
  for (const lang::ServiceSpec& service : spec_.services) {
    if (restart && service.restart_each)
      co_await services_.find(service.name)->second->stop(kGrace);
  }
  for (auto& [name, database] : databases_) {
    Result<> restored = co_await database->reset(deadline);
    if (!restored) {
      co_return base::because(restored.error(), fmt::format("`{}` could not be reset", name));
    }
  }
  timeline_.mark_reset(base::monotonic_now());
  set_clock(start ? start : spec_.clock);
  CO_TRY_OK(co_await providers_.reset(deadline));
  if (restart) CO_TRY_OK(co_await start_services(true, deadline));
  if (mail_) mail_->reset();
  co_return Result<>{};
}

io::Task<void> RunningSystem::stop() {
  browser_.reset();
  for (auto& [name, service] : services_) co_await service->stop(kGrace);
  for (auto& [name, database] : databases_) co_await database->stop(loop_.in(kGrace));
  services_.clear();
  databases_.clear();
  mail_.reset();
  if (reaper_) (void)co_await reaper_->stop(kGrace);
}

std::vector<std::pair<std::string, std::string>> RunningSystem::places() const {
  std::vector<std::pair<std::string, std::string>> all;
  auto add = [&](const std::string& name, lang::Slot slot) {
    all.emplace_back(name, wiring_.url_of(slot));
  };
  for (const lang::ServiceSpec& service : spec_.services) add(service.name, service.slot);
  for (const lang::DatabaseSpec& database : spec_.databases) add(database.name, database.slot);
  for (const lang::ProviderUse& provider : spec_.providers) add(provider.name, provider.slot);
  if (spec_.mail) add("mail", spec_.mail->slot);
  return all;
}

boundary::Provider& RunningSystem::provider(std::string_view name) const {
  boundary::Provider* found = providers_.find(name);
  base::check(found != nullptr, "a plan names a provider that the system does not have");
  return *found;
}

template <class Database>
Database& RunningSystem::database(std::string_view name) const {
  const auto found = databases_.find(name);
  base::check(found != databases_.end(), "a plan names a database that the system does not have");
  auto* database = dynamic_cast<Database*>(found->second.get());
  base::check(database != nullptr, "a plan asks a database of another kind");
  return *database;
}

io::Task<Result<net::Rows>> RunningSystem::query(std::string database, std::string sql,
                                                 std::vector<net::Cell> parameters,
                                                 io::Deadline deadline) {
  auto& postgres = this->database<RunningPostgres>(database);
  co_return co_await postgres.query(std::move(sql), std::move(parameters), deadline);
}

io::Task<Result<net::Rows>> RunningSystem::query_beside(std::string database, std::string sql,
                                                        io::Deadline deadline) {
  auto& postgres = this->database<RunningPostgres>(database);
  co_return co_await postgres.query_beside(std::move(sql), deadline);
}

StatementTimes& RunningSystem::statement_times(std::string_view database) const {
  return this->database<RunningPostgres>(database).times();
}

io::Task<Result<base::Value>> RunningSystem::command(std::string redis,
                                                     std::vector<std::string> words,
                                                     io::Deadline deadline) {
  co_return co_await database<RunningRedis>(redis).command(std::move(words), deadline);
}

const net::PostgresError* RunningSystem::refusal(std::string_view database) const {
  return this->database<RunningPostgres>(database).refusal();
}

const std::deque<boundary::Mail>& RunningSystem::mails() const {
  base::check(mail_ != nullptr, "a plan looks at mail, and the system takes none");
  return mail_->mails();
}

std::optional<std::string> RunningSystem::fallen() const {
  for (const auto& [name, service] : services_) {
    if (auto reason = service->fallen()) return reason;
  }
  for (const auto& [name, database] : databases_) {
    if (auto how = database->ended()) return fmt::format("the database {} {}", name, *how);
  }
  return std::nullopt;
}

}  // namespace peregrine::system
