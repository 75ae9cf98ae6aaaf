#include "system/running_postgres.h"

#include <fmt/core.h>

#include "system/postgres_script.h"

namespace peregrine::system {

using base::Result;
using base::Value;

namespace {

constexpr std::string_view kDatabaseName = "app";

}  // namespace

// Tells the timeline what services ask.
class RunningPostgres::StatementLog final : public boundary::StatementObserver {
 public:
  StatementLog(record::Timeline& timeline, StatementTimes& times, std::string source)
      : timeline_(timeline), times_(times), source_(std::move(source)) {}

  void statement(const boundary::StatementSeen& seen) override {
    times_.add(seen.sql, seen.duration);
    std::string parameters;
    for (size_t i = 0; i < seen.params.size(); ++i) {
      parameters += fmt::format("{}${} = {}", i == 0 ? "" : ", ", i + 1, seen.params[i]);
    }
    timeline_.add({.at = seen.started,
                   .kind = record::Event::Kind::statement,
                   .source = source_,
                   .text = seen.sql,
                   .detail = std::move(parameters),
                   .outcome = seen.outcome,
                   .failed = seen.failed,
                   .cause = {.connection = seen.connection},
                   .took = seen.duration});
  }

 private:
  record::Timeline& timeline_;
  StatementTimes& times_;
  std::string source_;
};

RunningPostgres::RunningPostgres(io::Loop& loop, record::Timeline& timeline,
                                 const std::string& name)
    : timeline_(timeline),
      name_(name),
      log_(std::make_unique<StatementLog>(timeline, times_, name)),
      queries_(loop),
      queries_beside_(loop) {}

RunningPostgres::~RunningPostgres() = default;

io::Task<Result<std::unique_ptr<RunningDatabase>>> RunningPostgres::start(
    Surroundings surroundings, const lang::DatabaseSpec& spec, io::Address at,
    io::Deadline deadline) {
  auto& [loop, reaper, directory, clock, timeline, crossing, tls, observe, count, ordered, direct] =
      surroundings;
  std::unique_ptr<RunningPostgres> database(new RunningPostgres(loop, timeline, spec.name));
  PostgresOptions options{spec.name, "", &clock, count};
  if (direct) {
    options.listen = at;
    options.identity = direct;
  }
  CO_TRY(database->server_,
         co_await PrivatePostgres::start(loop, reaper, directory, std::move(options), deadline));
  database->at_ = at;
  CO_TRY_OK(co_await database->server_->create_database(std::string(kDatabaseName), deadline));
  CO_TRY_OK(co_await database->ensure_connection(deadline));
  net::PostgresConnection& connection = *database->connection_;
  // A server without it counts none.
  if (count) (void)co_await database->query_beside("CREATE EXTENSION pg_stat_statements", deadline);
  if (spec.schema) CO_TRY_OK(co_await run_sql_file(connection, *spec.schema, deadline));
  if (spec.seed) CO_TRY_OK(co_await run_sql_file(connection, *spec.seed, deadline));
  if (ordered) CO_TRY_OK(co_await database->put_in_order(deadline));
  if (database->server_->listens()) co_return std::move(database);
  CO_TRY(database->proxy_,
         boundary::PostgresProxy::open(loop, crossing,
                                       {.at = std::move(at),
                                        .server_socket = database->server_->socket_path(),
                                        .name = spec.name,
                                        .observer = observe ? database->log_.get() : nullptr,
                                        .tls = tls,
                                        .reader = ordered ? &database->reader_ : nullptr}));
  co_return std::move(database);
}

base::Map RunningPostgres::where() const {
  return base::Map{{"url", server_->url_at(at_.host, at_.port, kDatabaseName)},
                   {"host", at_.host},
                   {"port", at_.port},
                   {"user", server_->user()},
                   {"password", server_->password()},
                   {"name", kDatabaseName}};
}

io::Task<Result<>> RunningPostgres::take_snapshot(io::Deadline deadline) {
  CO_TRY(snapshot_,
         co_await PostgresSnapshot::take(*server_, std::string(kDatabaseName), deadline));
  if (!ordered_) co_return Result<>{};
  CO_TRY(const io::Mutex::Turn turn, co_await queries_.lock(deadline));
  CO_TRY_OK(co_await ensure_connection(deadline));
  CO_TRY(contents_, co_await PostgresContents::read(*connection_, deadline));
  co_return Result<>{};
}

io::Task<Result<>> RunningPostgres::reset(io::Deadline deadline) {
  // What a step has begun there and not ended is not a service's.
  if (connection_ && connection_->in_transaction()) connection_.reset();
  CO_TRY(const PostgresSnapshot::Restored restored, co_await snapshot_->restore(deadline));
  if (restored.from_files) {
    connection_.reset();
    timeline_.add_leftover({record::Leftover::Kind::definitions, name_, ""});
  }
  for (const std::string& statement : restored.ended) {
    timeline_.add_leftover({record::Leftover::Kind::transaction, name_, statement});
  }
  co_return Result<>{};
}

io::Task<Result<net::Rows>> RunningPostgres::query(std::string sql,
                                                   std::vector<net::Cell> parameters,
                                                   io::Deadline deadline) {
  CO_TRY(const io::Mutex::Turn turn, co_await queries_.lock(deadline));
  CO_TRY_OK(co_await ensure_connection(deadline));
  co_return co_await connection_->query(std::move(sql), std::move(parameters), deadline);
}

io::Task<Result<net::Rows>> RunningPostgres::query_beside(std::string sql, io::Deadline deadline) {
  CO_TRY(const io::Mutex::Turn turn, co_await queries_beside_.lock(deadline));
  if (!beside_ || !beside_->usable()) {
    beside_.reset();
    CO_TRY(beside_, co_await server_->connect("postgres", deadline));
  }
  std::vector<net::Cell> parameters;
  if (sql.contains("$1")) parameters.emplace_back(kDatabaseName);
  co_return co_await beside_->query(std::move(sql), std::move(parameters), deadline);
}

const net::PostgresError* RunningPostgres::refusal() const {
  if (!connection_) return nullptr;
  const auto& error = connection_->last_error();
  return error ? &*error : nullptr;
}

std::optional<std::string> RunningPostgres::ended() const {
  const auto& status = server_->process().exited();
  if (!status) return std::nullopt;
  return status->to_string();
}

io::Task<void> RunningPostgres::stop(io::Deadline deadline) {
  connection_.reset();
  beside_.reset();
  proxy_.reset();
  (void)co_await server_->stop(deadline);
}

io::Task<Result<>> RunningPostgres::ensure_connection(io::Deadline deadline) {
  if (connection_ && connection_->usable()) co_return Result<>{};
  connection_.reset();
  CO_TRY(connection_, co_await server_->connect(std::string(kDatabaseName), deadline));
  co_return Result<>{};
}

}  // namespace peregrine::system
