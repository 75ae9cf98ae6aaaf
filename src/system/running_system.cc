#include "system/running_system.h"

#include <fmt/core.h>

#include <filesystem>

#include "base/random.h"
#include "system/loopback.h"
#include "system/postgres_script.h"

namespace peregrine::system {

using base::Code;
using base::fail;
using base::Result;
using base::Value;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kDatabaseName = "app";
constexpr uint16_t kPostgresPort = 5432;
constexpr base::Duration kGrace = 2s;

// Tells the timeline what services ask a database.
class StatementLog final : public boundary::StatementObserver {
 public:
  StatementLog(record::Timeline& timeline, std::string source)
      : timeline_(timeline), source_(std::move(source)) {}

  void statement(const boundary::StatementSeen& seen) override {
    std::string parameters;
    for (size_t i = 0; i < seen.params.size(); ++i) {
      parameters += fmt::format("{}${} = {}", i == 0 ? "" : ", ", i + 1, seen.params[i]);
    }
    timeline_.add({seen.started, record::Event::Kind::statement, source_, seen.sql,
                   std::move(parameters), seen.outcome, seen.failed});
  }

 private:
  record::Timeline& timeline_;
  std::string source_;
};

std::string folder_of(const lang::SystemSpec& spec) {
  const auto folder = std::filesystem::absolute(spec.source->folder()).lexically_normal();
  return folder.has_filename() ? folder.string() : folder.parent_path().string();
}

}  // namespace

struct RunningSystem::Database {
  StatementLog log;
  std::unique_ptr<PrivatePostgres> server;
  std::unique_ptr<boundary::PostgresProxy> proxy;
  std::optional<net::PostgresConnection> connection;
  std::optional<PostgresSnapshot> snapshot;
};

RunningSystem::RunningSystem(io::Loop& loop, const lang::SystemSpec& spec,
                             record::Timeline& timeline, PrivateDirectory directory)
    : loop_(loop), spec_(spec), timeline_(timeline), directory_(std::move(directory)) {}

RunningSystem::~RunningSystem() {
  services_.clear();
  databases_.clear();
}

io::Task<Result<std::unique_ptr<RunningSystem>>> RunningSystem::start(io::Loop& loop,
                                                                      const lang::SystemSpec& spec,
                                                                      record::Timeline& timeline,
                                                                      io::Deadline deadline) {
  remove_leftover_directories();
  CO_TRY(PrivateDirectory directory, PrivateDirectory::create());
  std::unique_ptr<RunningSystem> system(
      new RunningSystem(loop, spec, timeline, std::move(directory)));
  CO_TRY(system->reaper_, io::Reaper::start(loop, system->directory_.path()));
  Result<> started = co_await system->start_all(deadline);
  if (!started) {
    co_await system->stop();
    co_return std::unexpected(started.error());
  }
  co_return std::move(system);
}

io::Task<Result<>> RunningSystem::start_all(io::Deadline deadline) {
  CO_TRY(host_, own_loopback_address());
  for (const lang::DatabaseSpec& database : spec_.databases) {
    Result<> started = co_await start_database(database, deadline);
    if (!started) {
      co_return base::because(started.error(),
                              fmt::format("the database `{}` could not be made", database.name));
    }
  }
  for (const lang::ServiceSpec& service : spec_.services) {
    Result<> started = co_await start_service(service, deadline);
    if (!started) {
      co_return base::because(started.error(),
                              fmt::format("the service `{}` could not be started", service.name));
    }
  }
  // After the services, so that what they make when they start (their own migrations) is kept.
  for (auto& [name, database] : databases_) {
    CO_TRY(database->snapshot, co_await PostgresSnapshot::take(*database->connection, deadline));
  }
  co_return Result<>{};
}

io::Task<Result<>> RunningSystem::start_database(const lang::DatabaseSpec& spec,
                                                 io::Deadline deadline) {
  auto database = std::make_unique<Database>(
      Database{StatementLog(timeline_, spec.name), nullptr, nullptr, std::nullopt, std::nullopt});
  CO_TRY(database->server,
         co_await PrivatePostgres::start(loop_, *reaper_, directory_, {spec.name, ""}, deadline));
  CO_TRY_OK(co_await database->server->create_database(std::string(kDatabaseName), deadline));
  CO_TRY_OK(co_await ensure_connection(*database, deadline));
  net::PostgresConnection& connection = *database->connection;
  if (spec.schema) CO_TRY_OK(co_await run_sql_file(connection, *spec.schema, deadline));
  if (spec.seed) CO_TRY_OK(co_await run_sql_file(connection, *spec.seed, deadline));
  // A second database of the same system listens beside the first.
  const auto port = static_cast<uint16_t>(kPostgresPort + databases_.size());
  CO_TRY(database->proxy,
         boundary::PostgresProxy::open(loop_, {host_, port, ""}, database->server->socket_path(),
                                       &database->log));
  databases_.emplace(spec.name, std::move(database));
  co_return Result<>{};
}

io::Task<Result<>> RunningSystem::start_service(const lang::ServiceSpec& spec,
                                                io::Deadline deadline) {
  CO_TRY(ServiceCommand command, command_of(spec));
  auto on_line = [this, name = spec.name](const std::string& line) {
    timeline_.add({base::monotonic_now(), record::Event::Kind::log, name, line, "", "", false});
  };
  CO_TRY(auto service, co_await Service::start(loop_, *reaper_, std::move(command),
                                               std::move(on_line), deadline));
  services_.emplace(spec.name, std::move(service));
  co_return Result<>{};
}

Result<ServiceCommand> RunningSystem::command_of(const lang::ServiceSpec& spec) {
  TRY(const uint16_t port, free_port());
  std::vector<Value> slots(spec_.wiring.slots);
  slots[spec_.wiring.env] = environment_value();
  slots[spec_.wiring.host] = Value(host_);
  slots[spec_.wiring.port] = Value(port);
  for (size_t i = 0; i < spec_.databases.size(); ++i) {
    const Database& database = *databases_.find(spec_.databases[i].name)->second;
    const std::string url =
        database.server->url_at(host_, database.proxy->address().port, kDatabaseName);
    slots[spec_.wiring.databases[i]] = Value(base::Map{{"url", url}});
  }
  base::Random random(base::fresh_seed());
  const lang::Context context{slots, &random, base::wall_now()};

  ServiceCommand command{
      spec.name, {}, io::inherited_environment(), folder_of(spec_), {host_, port}, spec.ready_path};
  TRY(const std::string line, spec.run.fill_text(context));
  TRY(command.argv, split_command(line));
  for (const auto& [name, value] : spec.environment) {
    TRY(const std::string text, value.fill_text(context));
    std::erase_if(command.environment,
                  [&](const std::string& entry) { return entry.starts_with(name + "="); });
    command.environment.push_back(fmt::format("{}={}", name, text));
  }
  return command;
}

io::Task<Result<>> RunningSystem::ensure_connection(Database& database, io::Deadline deadline) {
  if (database.connection && database.connection->usable()) co_return Result<>{};
  database.connection.reset();
  CO_TRY(database.connection,
         co_await database.server->connect(std::string(kDatabaseName), deadline));
  co_return Result<>{};
}

io::Task<Result<>> RunningSystem::reset(io::Deadline deadline) {
  for (auto& [name, database] : databases_) {
    CO_TRY_OK(co_await ensure_connection(*database, deadline));
    Result<> restored = co_await database->snapshot->restore(*database->connection, deadline);
    if (!restored) {
      co_return base::because(restored.error(), fmt::format("`{}` could not be reset", name));
    }
  }
  co_return Result<>{};
}

io::Task<void> RunningSystem::stop() {
  for (auto& [name, service] : services_) co_await service->stop(kGrace);
  for (auto& [name, database] : databases_) {
    database->connection.reset();
    database->proxy.reset();
    (void)co_await database->server->stop(loop_.in(kGrace));
  }
  services_.clear();
  databases_.clear();
  if (reaper_) (void)co_await reaper_->stop(kGrace);
}

const net::Origin& RunningSystem::origin(std::string_view service) const {
  const auto found = services_.find(service);
  base::check(found != services_.end(), "a plan names a service that the system does not have");
  return found->second->origin();
}

io::Task<Result<net::Rows>> RunningSystem::query(std::string database, std::string sql,
                                                 std::vector<net::Cell> parameters,
                                                 io::Deadline deadline) {
  const auto found = databases_.find(database);
  base::check(found != databases_.end(), "a plan names a database that the system does not have");
  CO_TRY_OK(co_await ensure_connection(*found->second, deadline));
  co_return co_await found->second->connection->query(std::move(sql), std::move(parameters),
                                                      deadline);
}

const net::PostgresError* RunningSystem::refusal(std::string_view database) const {
  const auto found = databases_.find(database);
  if (found == databases_.end() || !found->second->connection) return nullptr;
  const auto& error = found->second->connection->last_error();
  return error ? &*error : nullptr;
}

std::optional<std::string> RunningSystem::fallen() const {
  for (const auto& [name, service] : services_) {
    if (auto reason = service->fallen()) return reason;
  }
  return std::nullopt;
}

Value environment_value() {
  base::MapBuilder map;
  for (const std::string& entry : io::inherited_environment()) {
    const size_t equals = entry.find('=');
    if (equals != std::string::npos) {
      map.set(entry.substr(0, equals), Value(entry.substr(equals + 1)));
    }
  }
  return Value(map.build());
}

}  // namespace peregrine::system
