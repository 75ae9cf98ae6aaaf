// A client of PostgreSQL on the loop: libpq in its non-blocking mode, values in text form: dates as
// ISO 8601 has them, bytea in hex, floats with the digits that say them, whatever a database has
// set. Parameters cannot hold U+0000 (Code::invalid).
//
// What a server refuses is Code::refused with PostgreSQL's own words, and last_error() has its
// parts; a lost connection is Code::closed. A query that is given up (deadline, cancellation, or
// its task destroyed) is cancelled at the server and leaves the connection unusable.
//
// One thread: the loop's, which outlives the connection. Names of hosts are looked up by libpq,
// which blocks that thread: give an address or a socket's folder.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/loop.h"

struct pg_conn;
struct pg_result;

namespace peregrine::net {

// Takes libpq's variables (PGHOST, PGHOSTADDR, PGSERVICE, …) out of this process's environment.
// They belong to the user's own databases and would overrule what connect() is told; a child that
// inherits the environment must not see them either. Before any thread.
void forget_libpq_environment();

struct Column {
  std::string name;
  uint32_t oid = 0;  // of its type, as in pg_type
};

using Cell = std::optional<std::string>;  // empty is NULL

struct Rows {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> cells;  // by row, then column
  uint64_t affected = 0;                 // rows that the statement touched or returned

  std::optional<size_t> column(std::string_view name) const;
};

// The fields of PostgreSQL's ErrorResponse that people and programs decide by.
struct PostgresError {
  std::string severity;
  std::string sqlstate;
  std::string message;
  std::string detail;
  std::string hint;
  size_t position = 0;  // in characters of the statement, from 1; 0 when the server gave none

  // "ERROR 23505: duplicate key value …\nDETAIL: Key (id)=(1) already exists."
  std::string to_string() const;
};

class PostgresConnection {
 public:
  // `url` as libpq takes it: postgresql://user:password@host:port/database, or key=value pairs.
  static io::Task<base::Result<PostgresConnection>> connect(io::Loop& loop, std::string url,
                                                            io::Deadline deadline);

  // One statement, with $1, $2, … REQUIRES: nothing else runs on this connection, and it stays
  // where it is until the task has ended (so for all three).
  io::Task<base::Result<Rows>> query(std::string sql, std::vector<Cell> params,
                                     io::Deadline deadline);
  // Any number of statements; PostgreSQL runs them as one transaction unless they say otherwise.
  io::Task<base::Result<>> script(std::string sql, io::Deadline deadline);
  // One COPY … FROM STDIN, with the data that psql would read; the rows copied.
  io::Task<base::Result<uint64_t>> copy_in(std::string sql, std::string data,
                                           io::Deadline deadline);

  // A transaction by plain statements.
  io::Task<base::Result<>> begin(io::Deadline deadline) { return script("BEGIN", deadline); }
  io::Task<base::Result<>> commit(io::Deadline deadline);
  io::Task<base::Result<>> rollback(io::Deadline deadline) { return script("ROLLBACK", deadline); }

  // False once the connection is lost or a query was given up.
  bool usable() const;
  // Between BEGIN and its end, also after an error inside.
  bool in_transaction() const;
  // What the server said to the last query, when it refused it.
  const std::optional<PostgresError>& last_error() const { return last_error_; }

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  struct Clear {
    void operator()(pg_result* result) const;
  };
  using Received = std::unique_ptr<pg_result, Clear>;
  class Running;

  explicit PostgresConnection(pg_conn* connection) : connection_(connection) {}
  io::Task<base::Result<>> establish(io::Loop& loop, io::Deadline deadline);
  base::Result<> start(const std::string& sql, const std::vector<Cell>* params);
  io::Task<base::Result<Received>> finish(std::string copy_data, io::Deadline deadline);
  io::Task<base::Result<Received>> next_result(io::Deadline deadline);
  io::Task<base::Result<>> send_copy(const std::string& data, io::Deadline deadline);
  io::Task<base::Result<>> drop_copy_out(io::Deadline deadline);
  io::Task<base::Result<>> flush(io::Deadline deadline);
  io::Task<void> read_beside();
  io::Task<base::Result<>> wait_for(short events, io::Deadline deadline);
  std::unexpected<base::Error> lost() const;
  std::unexpected<base::Error> refused(const pg_result* result);

  std::unique_ptr<pg_conn, Close> connection_;
  std::unique_ptr<io::Watch> watch_;  // on a duplicate of libpq's descriptor
  std::optional<PostgresError> last_error_;
  bool running_ = false;
  bool given_up_ = false;
};

}  // namespace peregrine::net
