#include "net/postgres.h"

#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "io/scope.h"
#include "io/thread_pool.h"

namespace peregrine::net {

using base::Code;
using base::Result;
using io::Deadline;
using io::Loop;
using io::Task;
using io::Watch;

namespace {

// A piece of COPY data at a time, so that libpq's own buffer stays small.
constexpr size_t kCopyPiece = 64 * 1024;

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text ? text : "";
}

uint64_t number(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// libpq ends its messages with a line feed and often says the same in two lines.
std::string tidy(const char* message) {
  std::string text = message ? message : "";
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.empty() ? "no connection" : text;
}

PostgresError error_of(const PGresult* result) {
  PostgresError error;
  error.severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  error.sqlstate = field(result, PG_DIAG_SQLSTATE);
  error.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  error.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
  error.hint = field(result, PG_DIAG_MESSAGE_HINT);
  error.position = number(field(result, PG_DIAG_STATEMENT_POSITION));
  // Errors that libpq makes itself have a message only.
  if (error.message.empty()) error.message = tidy(PQresultErrorMessage(result));
  return error;
}

Rows rows_of(PGresult* result) {
  Rows rows;
  const int width = PQnfields(result);
  const int height = PQntuples(result);
  for (int c = 0; c < width; ++c) rows.columns.push_back({PQfname(result, c), PQftype(result, c)});
  rows.cells.resize(static_cast<size_t>(height));
  for (int r = 0; r < height; ++r) {
    auto& row = rows.cells[static_cast<size_t>(r)];
    row.reserve(static_cast<size_t>(width));
    for (int c = 0; c < width; ++c) {
      if (PQgetisnull(result, r, c)) {
        row.emplace_back();
      } else {
        row.emplace_back(
            std::string(PQgetvalue(result, r, c), static_cast<size_t>(PQgetlength(result, r, c))));
      }
    }
  }
  rows.affected = number(PQcmdTuples(result));
  return rows;
}

bool is_error(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE ||
         status == PGRES_NONFATAL_ERROR;
}

void ignore_notice(void*, const PGresult*) {}

}  // namespace

std::optional<size_t> Rows::column(std::string_view name) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return i;
  }
  return std::nullopt;
}

std::string PostgresError::to_string() const {
  std::string text = severity.empty() ? message : severity + " " + sqlstate + ": " + message;
  if (!detail.empty()) text += "\nDETAIL: " + detail;
  if (!hint.empty()) text += "\nHINT: " + hint;
  return text;
}

void PostgresConnection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }
void PostgresConnection::Clear::operator()(pg_result* result) const { PQclear(result); }

// Stands for one query. When it ends without having been settled, the query was given up: its
// frame is being destroyed or a wait has failed.
class PostgresConnection::Running {
 public:
  explicit Running(PostgresConnection& connection) : connection_(connection) {
    base::check(!connection_.running_, "two queries at once on one PostgreSQL connection");
    connection_.running_ = true;
    connection_.last_error_.reset();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    connection_.running_ = false;
    if (settled_) return;
    connection_.given_up_ = true;
    if (PQstatus(connection_.connection_.get()) != CONNECTION_OK) return;
    if (PGcancel* cancel = PQgetCancel(connection_.connection_.get())) cancel_query(cancel);
  }
  void settle() { settled_ = true; }

 private:
  // PQcancel connects anew and waits for the server, so it is not for the loop. That it may come
  // too late, or not at all when all threads are busy, is no harm: the connection is given up
  // anyway.
  void cancel_query(PGcancel* cancel) {
    const std::shared_ptr<PGcancel> owned(cancel, PQfreeCancel);
    (void)connection_.watch_->loop().pool().post([owned] {
      std::array<char, 256> why{};
      PQcancel(owned.get(), why.data(), static_cast<int>(why.size()));
    });
  }

  PostgresConnection& connection_;
  bool settled_ = false;
};

// ---- Connecting

namespace {

// The text forms that readers of our rows know, whatever a database or a role has set; options in
// the URL come behind these and win.
constexpr const char* kTextForms =
    "-c DateStyle=ISO -c IntervalStyle=postgres -c bytea_output=hex -c extra_float_digits=1";

}  // namespace

Task<Result<PostgresConnection>> PostgresConnection::connect(Loop& loop, std::string url,
                                                             Deadline deadline) {
  const std::array<const char*, 3> keywords = {"options", "dbname", nullptr};
  const std::array<const char*, 3> values = {kTextForms, url.c_str(), nullptr};
  PostgresConnection connection(PQconnectStartParams(keywords.data(), values.data(), 1));
  base::check(connection.connection_ != nullptr, "libpq has no memory");
  CO_TRY_OK(co_await connection.establish(loop, deadline));
  co_return connection;
}

Task<Result<>> PostgresConnection::establish(Loop& loop, Deadline deadline) {
  PGconn* libpq = connection_.get();
  PQsetNoticeReceiver(libpq, ignore_notice, nullptr);
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  if (PQstatus(libpq) == CONNECTION_BAD) next = PGRES_POLLING_FAILED;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED) co_return lost();
    // libpq may try the next address with another socket, so each step watches afresh.
    const int fd = dup(PQsocket(libpq));
    if (fd < 0) co_return base::fail_errno(errno, "watch a PostgreSQL connection");
    watch_ = std::make_unique<Watch>(loop, fd);
    CO_TRY_OK(co_await wait_for(next == PGRES_POLLING_WRITING ? POLLOUT : POLLIN, deadline));
    next = PQconnectPoll(libpq);
  }
  PQsetnonblocking(libpq, 1);
  co_return Result<>{};
}

// ---- Queries

Task<Result<Rows>> PostgresConnection::query(std::string sql, std::vector<Cell> params,
                                             Deadline deadline) {
  // libpq would take a text for ended there.
  const bool whole = std::ranges::none_of(
      params, [](const Cell& cell) { return cell && cell->find('\0') != std::string::npos; });
  if (!whole) {
    co_return base::fail(Code::invalid, "PostgreSQL's text cannot hold the character U+0000");
  }
  Running running(*this);
  CO_TRY_OK(start(sql, &params));
  CO_TRY(Received last, co_await finish("", deadline));
  running.settle();
  if (!last) co_return Rows{};
  if (is_error(last.get())) co_return refused(last.get());
  co_return rows_of(last.get());
}

Task<Result<>> PostgresConnection::script(std::string sql, Deadline deadline) {
  Running running(*this);
  CO_TRY_OK(start(sql, nullptr));
  CO_TRY(Received last, co_await finish("", deadline));
  running.settle();
  if (last && is_error(last.get())) co_return refused(last.get());
  co_return Result<>{};
}

Task<Result<uint64_t>> PostgresConnection::copy_in(std::string sql, std::string data,
                                                   Deadline deadline) {
  Running running(*this);
  CO_TRY_OK(start(sql, nullptr));
  CO_TRY(Received last, co_await finish(std::move(data), deadline));
  running.settle();
  if (!last) co_return uint64_t{0};
  if (is_error(last.get())) co_return refused(last.get());
  co_return number(PQcmdTuples(last.get()));
}

Task<Result<>> PostgresConnection::commit(Deadline deadline) {
  // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK, and calls that a success.
  Running running(*this);
  CO_TRY_OK(start("COMMIT", nullptr));
  CO_TRY(Received last, co_await finish("", deadline));
  running.settle();
  if (last && is_error(last.get())) co_return refused(last.get());
  if (last && std::string_view(PQcmdStatus(last.get())) == "ROLLBACK") {
    co_return base::fail(Code::refused, "the transaction had failed and was rolled back");
  }
  co_return Result<>{};
}

Result<> PostgresConnection::start(const std::string& sql, const std::vector<Cell>* params) {
  if (given_up_) return base::fail(Code::closed, "an earlier query was given up");
  PGconn* libpq = connection_.get();
  int sent = 0;
  if (params) {
    std::vector<const char*> values;
    values.reserve(params->size());
    for (const Cell& cell : *params) values.push_back(cell ? cell->c_str() : nullptr);
    sent = PQsendQueryParams(libpq, sql.c_str(), static_cast<int>(values.size()), nullptr,
                             values.data(), nullptr, nullptr, 0);
  } else {
    sent = PQsendQuery(libpq, sql.c_str());
  }
  if (!sent) return lost();
  return {};
}

// The last result of the query, or its error: after an error PostgreSQL runs nothing more of it.
Task<Result<PostgresConnection::Received>> PostgresConnection::finish(std::string copy_data,
                                                                      Deadline deadline) {
  CO_TRY_OK(co_await flush(deadline));
  Received last;
  for (;;) {
    CO_TRY(Received result, co_await next_result(deadline));
    if (!result) break;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COPY_IN) CO_TRY_OK(co_await send_copy(copy_data, deadline));
    if (status == PGRES_COPY_OUT) CO_TRY_OK(co_await drop_copy_out(deadline));
    if (status == PGRES_COPY_BOTH) co_return base::fail(Code::invalid, "replication is not spoken");
    if (!last || !is_error(last.get())) last = std::move(result);
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    // The server's last words, if any, say more than "the connection was closed".
    if (last && is_error(last.get())) last_error_ = error_of(last.get());
    const std::string words =
        last_error_ ? last_error_->to_string() : tidy(PQerrorMessage(connection_.get()));
    co_return base::fail(Code::closed, "{}", words);
  }
  co_return last;
}

Task<Result<PostgresConnection::Received>> PostgresConnection::next_result(Deadline deadline) {
  PGconn* libpq = connection_.get();
  // A failed PQconsumeInput is not the end here: what had arrived before is parsed first, and then
  // PQgetResult tells of the lost connection.
  while (PQisBusy(libpq)) {
    CO_TRY_OK(co_await wait_for(POLLIN, deadline));
    if (!PQconsumeInput(libpq)) break;
  }
  co_return Received(PQgetResult(libpq));
}

Task<Result<>> PostgresConnection::send_copy(const std::string& data, Deadline deadline) {
  PGconn* libpq = connection_.get();
  for (size_t at = 0; at < data.size(); at += kCopyPiece) {
    const size_t piece = std::min(kCopyPiece, data.size() - at);
    if (PQputCopyData(libpq, data.data() + at, static_cast<int>(piece)) < 0) co_return lost();
    CO_TRY_OK(co_await flush(deadline));
  }
  if (PQputCopyEnd(libpq, nullptr) < 0) co_return lost();
  co_return co_await flush(deadline);
}

Task<Result<>> PostgresConnection::drop_copy_out(Deadline deadline) {
  PGconn* libpq = connection_.get();
  for (;;) {
    char* row = nullptr;
    const int got = PQgetCopyData(libpq, &row, 1);
    if (row) PQfreemem(row);
    if (got < 0) co_return Result<>{};
    if (got > 0) continue;
    CO_TRY_OK(co_await wait_for(POLLIN, deadline));
    if (!PQconsumeInput(libpq)) co_return lost();
  }
}

Task<Result<>> PostgresConnection::flush(Deadline deadline) {
  // A server whose notices nobody reads takes nothing more: both sides would wait for ever.
  std::optional<io::Scope> reading;
  for (;;) {
    const int left = PQflush(connection_.get());
    if (left < 0) co_return lost();
    if (left == 0) co_return Result<>{};
    if (!reading) reading.emplace(watch_->loop()).spawn(read_beside());
    CO_TRY_OK(co_await wait_for(POLLOUT, deadline));
  }
}

// A lost connection is told by what is sent or received next.
Task<void> PostgresConnection::read_beside() {
  while (co_await wait_for(POLLIN, Deadline::never())) {
    if (!PQconsumeInput(connection_.get())) co_return;
  }
}

// libpq does not say whether it has read all there is, so an edge alone could be waited for in
// vain: the kernel is asked first.
Task<Result<>> PostgresConnection::wait_for(short events, Deadline deadline) {
  pollfd now{watch_->fd(), events, 0};
  if (poll(&now, 1, 0) > 0) co_return Result<>{};
  io::Signal& signal = events == POLLIN ? watch_->readable : watch_->writable;
  co_return co_await signal.wait(deadline);
}

bool PostgresConnection::usable() const {
  if (given_up_ || !connection_) return false;
  // A server that has ended an idle connection is only noticed by reading: first its reason, then
  // the end.
  if (!running_) {
    PQconsumeInput(connection_.get());
    PQconsumeInput(connection_.get());
  }
  return PQstatus(connection_.get()) == CONNECTION_OK;
}

bool PostgresConnection::in_transaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
  return status != PQTRANS_IDLE;
}

std::unexpected<base::Error> PostgresConnection::lost() const {
  return base::fail(Code::closed, "{}", tidy(PQerrorMessage(connection_.get())));
}

std::unexpected<base::Error> PostgresConnection::refused(const pg_result* result) {
  last_error_ = error_of(result);
  return base::fail(Code::refused, "{}", last_error_->to_string());
}

}  // namespace peregrine::net
