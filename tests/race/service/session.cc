#include "race/service/session.h"

#include <charconv>

namespace peregrine::racing {

using base::Result;

io::Task<Result<Session>> Session::open(Service& service) {
  CO_TRY(net::PostgresPool::Lease lease, co_await service.pool.acquire(service.deadline()));
  co_return Session(service, std::move(lease));
}

io::Task<Result<int64_t>> Session::first_number(std::string sql, std::vector<net::Cell> values) {
  CO_TRY(const net::Rows rows,
         co_await lease_->query(std::move(sql), std::move(values), deadline_));
  int64_t out = 0;
  if (rows.cells.empty() || rows.cells[0].empty() || !rows.cells[0][0]) co_return out;
  const std::string& text = *rows.cells[0][0];
  std::from_chars(text.data(), text.data() + text.size(), out);
  co_return out;
}

io::Task<Result<>> Session::roll_back() {
  if (!lease_->usable() || !lease_->in_transaction()) co_return Result<>{};
  co_return co_await lease_->rollback(deadline_);
}

bool Session::refused_as(std::string_view sqlstate) {
  const auto& error = lease_->last_error();
  return error && error->sqlstate == sqlstate;
}

namespace {

// `given_up`: whether it was for the sake of another transaction.
Handling attempt(Session& db, const Asked& asked, Work work, std::string begin, bool& given_up) {
  CO_TRY_OK(co_await db.script(std::move(begin)));
  Answer answer = co_await work(db, asked);
  if (answer && answer->status < 400) {
    const Result<> committed = co_await db.commit();
    if (!committed) answer = std::unexpected(committed.error());
  }
  given_up = !answer && (db.refused_as(kSerializationFailure) || db.refused_as(kDeadlockDetected));
  CO_TRY_OK(co_await db.roll_back());
  co_return answer;
}

}  // namespace

Handling on_connection(Service& service, const Asked& asked, Work work) {
  CO_TRY(Session db, co_await Session::open(service));
  co_return co_await work(db, asked);
}

Handling in_transaction(Service& service, const Asked& asked, Work work, std::string begin) {
  CO_TRY(Session db, co_await Session::open(service));
  bool given_up = false;
  co_return co_await attempt(db, asked, work, std::move(begin), given_up);
}

Handling with_retries(Service& service, const Asked& asked, Work work, std::string begin) {
  CO_TRY(Session db, co_await Session::open(service));
  bool given_up = false;
  for (int i = 1;; ++i) {
    Answer answer = co_await attempt(db, asked, work, begin, given_up);
    if (!given_up || i == kMostAttempts) co_return answer;
  }
}

}  // namespace peregrine::racing
