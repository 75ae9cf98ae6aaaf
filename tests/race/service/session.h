// A connection to PostgreSQL, lent for one request, and the ways in which handlers work on one.
#pragma once

#include <string>
#include <vector>

#include "race/service/service.h"

namespace peregrine::racing {

class Session {
 public:
  // Waits until the pool has a free one.
  static io::Task<base::Result<Session>> open(Service& service);

  // One statement, with $1, $2, … for the values: cells, texts, numbers.
  template <class... Values>
  io::Task<base::Result<net::Rows>> ask(std::string sql, Values... values) {
    return lease_->query(std::move(sql), cells(std::move(values)...), deadline_);
  }
  // The first cell of what it gives as a number: 0 where there is no row, or NULL.
  template <class... Values>
  io::Task<base::Result<int64_t>> number(std::string sql, Values... values) {
    return first_number(std::move(sql), cells(std::move(values)...));
  }
  // Statements without values.
  io::Task<base::Result<>> script(std::string sql) {
    return lease_->script(std::move(sql), deadline_);
  }
  // One COPY … FROM STDIN.
  io::Task<base::Result<uint64_t>> copy_in(std::string sql, std::string data) {
    return lease_->copy_in(std::move(sql), std::move(data), deadline_);
  }
  // What comes, all in all; else within the time that a request has.
  void give_up_after(base::Duration time) { deadline_ = service_->loop.in(time); }
  io::Task<base::Result<>> commit() { return lease_->commit(deadline_); }
  // Where a transaction is open; else nothing happens.
  io::Task<base::Result<>> roll_back();

  // Whether the server has refused the last statement with this SQLSTATE.
  bool refused_as(std::string_view sqlstate);
  Service& service() { return *service_; }

 private:
  Session(Service& service, net::PostgresPool::Lease lease)
      : service_(&service), lease_(std::move(lease)), deadline_(service.deadline()) {}

  static net::Cell cell(net::Cell value) { return value; }
  static net::Cell cell(std::string value) { return value; }
  static net::Cell cell(const char* value) { return std::string(value); }
  static net::Cell cell(int64_t value) { return std::to_string(value); }
  template <class... Values>
  static std::vector<net::Cell> cells(Values... values) {
    std::vector<net::Cell> out;
    (out.push_back(cell(std::move(values))), ...);
    return out;
  }
  io::Task<base::Result<int64_t>> first_number(std::string sql, std::vector<net::Cell> values);

  Service* service_;
  net::PostgresPool::Lease lease_;
  io::Deadline deadline_;
};

inline constexpr std::string_view kUniqueViolation = "23505";
inline constexpr std::string_view kForeignKeyViolation = "23503";
inline constexpr std::string_view kCheckViolation = "23514";
inline constexpr std::string_view kExclusionViolation = "23P01";
inline constexpr std::string_view kLockNotAvailable = "55P03";
inline constexpr std::string_view kSerializationFailure = "40001";
inline constexpr std::string_view kDeadlockDetected = "40P01";

// What a handler does on a connection.
using Work = Handling (*)(Session&, const Asked&);

// Each statement by itself.
Handling on_connection(Service& service, const Asked& asked, Work work);
// Between `begin` and COMMIT; rolled back where it fails or answers 400 and above.
Handling in_transaction(Service& service, const Asked& asked, Work work,
                        std::string begin = "begin");
// The same, and anew when the server has given it up for the sake of another transaction.
inline constexpr int kMostAttempts = 10;
Handling with_retries(Service& service, const Asked& asked, Work work, std::string begin = "begin");

}  // namespace peregrine::racing
