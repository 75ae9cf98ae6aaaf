// Follows one PostgreSQL connection from a copy of its bytes, and tells which statements were asked
// and what became of them. Sans I/O. What it cannot follow ends its work, and nothing else.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "boundary/tcp_proxy.h"
#include "wire/postgres.h"

namespace peregrine::boundary {

// A statement that has been answered. Texts are cut at kStatementText bytes.
struct StatementSeen {
  std::string sql;                  // of a simple query all of its statements
  std::vector<std::string> params;  // in text; "NULL", and "<8 bytes>" for binary ones
  std::string outcome;              // "INSERT 0 1", or "ERROR 23505: duplicate key …"
  bool failed = false;
  base::Instant started;  // when its last byte came from the service
  base::Duration duration{};
  uint64_t connection = 0;  // counted from 1
};
inline constexpr size_t kStatementText = size_t{16} * 1024;

class StatementObserver {
 public:
  virtual ~StatementObserver() = default;
  // Called on the loop's thread; must not wait.
  virtual void statement(const StatementSeen& seen) = 0;
};

class PostgresStatements final : public Tap {
 public:
  // The observer outlives it.
  PostgresStatements(StatementObserver& observer, uint64_t connection)
      : observer_(observer), connection_(connection) {}

  void from_client(std::string_view bytes, base::Instant now) override;
  void from_server(std::string_view bytes, base::Instant now) override;
  // False once it has lost the thread, or the connection is encrypted.
  bool following() const { return following_; }

 private:
  // What the server has still to answer, in the order it was asked.
  struct Asked {
    enum Kind { parse, bind, describe, execute, close, sync, query } kind = query;
    StatementSeen seen;
  };
  struct Portal {
    std::string sql;
    std::vector<std::string> params;
  };

  void asked(const wire::postgres::Message& message, base::Instant now);
  void asked_untyped(const wire::postgres::Message& message);
  void asked_parse(const wire::postgres::Message& message, base::Instant now);
  void asked_bind(const wire::postgres::Message& message, base::Instant now);
  void asked_of_named(const wire::postgres::Message& message, base::Instant now);
  void answered(const wire::postgres::Message& message, base::Instant now);
  void answered_error(const wire::postgres::Message& message, base::Instant now);
  void complete(std::string_view tag, base::Instant now);
  void ready(base::Instant now);
  void await(Asked::Kind kind, std::string sql, std::vector<std::string> params, base::Instant now);
  void pop(Asked::Kind kind);
  void tell(StatementSeen& seen, base::Instant now);
  void lose() { following_ = false; }

  StatementObserver& observer_;
  uint64_t connection_;
  wire::postgres::MessageStream client_{wire::postgres::Side::client};
  wire::postgres::MessageStream server_{wire::postgres::Side::server};
  std::map<std::string, std::string, std::less<>> prepared_;  // name to SQL
  std::map<std::string, Portal, std::less<>> portals_;
  std::deque<Asked> asked_;
  bool following_ = true;
  bool skipping_ = false;  // after an error the server ignores what comes before the next Sync
  bool copying_ = false;   // to the server, which ignores Sync meanwhile
};

}  // namespace peregrine::boundary
