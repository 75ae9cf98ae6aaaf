// Follows one PostgreSQL connection from a copy of its bytes, tells which statements were asked and
// what became of them, and where operations end (postgres_proxy.h says what one is). Sans I/O. What
// it cannot follow ends its work, and nothing else.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "boundary/postgres_reach.h"
#include "boundary/tap.h"
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
  // The observer and the reader outlive it. Null: nobody needs what operations reach, and none is
  // divisible.
  PostgresStatements(StatementObserver& observer, uint64_t connection, SqlReader* reader = nullptr)
      : observer_(observer), connection_(connection) {
    if (reader) reach_.emplace(*reader);
  }

  Taken from_client(std::string_view bytes, base::Instant now) override;
  Taken from_server(std::string_view bytes, base::Instant now) override;
  Asked asked() const override;
  Answered answered() const override { return {answer_.outcome, answer_.failed}; }
  std::string divide() override;
  std::string finish() override;
  std::string_view key() const override { return key_; }
  Refusal refuse(base::Instant now) override;
  bool starting() const override { return starting_; }
  // False once it has lost the thread.
  bool following() const { return following_; }

 private:
  // What the server has still to answer, in the order it was asked. A Flush is answered by nothing:
  // it is where an operation ends.
  struct Awaited {
    enum Kind { parse, bind, describe, execute, close, sync, query, flush } kind = query;
    StatementSeen seen;
  };
  struct Portal {
    std::string sql;
    std::vector<std::string> params;
  };

  // How far an operation is whose answers are not the server's (postgres_rewriting.cc): one that is
  // divided, or refused.
  //
  //     BEGIN   statement, Sync    COMMIT, or ROLLBACK when it failed        what fails, Sync
  //     opens   runs               seen                                      refused
  enum class Rewriting { none, opens, runs, carried_out, seen, refused, refused_flush };

  // The operation that is being asked, or has just been.
  struct Request {
    std::string text;
    bool visible = false;
    Taken::State state = Taken::between;
  };
  // The answer that is coming, or has just come.
  struct Answer {
    std::string outcome;
    bool failed = false;
    Taken::State state = Taken::between;
    size_t skipped = 0;  // operations behind it that the server does not answer
  };

  Taken see_rewritten(const wire::postgres::Message& message, base::Instant now);
  Taken see_divided(const wire::postgres::Message& message, base::Instant now);
  Taken see_refused(const wire::postgres::Message& message);
  void end_request(bool synced);
  void see_request(const wire::postgres::Message& message, base::Instant now);
  void see_sync(base::Instant now);
  void see_copy_end();
  void see_flush(base::Instant now);
  void begin_or_go_on(std::string_view text, bool visible);
  void see_parse(const wire::postgres::Message& message, base::Instant now);
  void see_bind(const wire::postgres::Message& message, base::Instant now);
  void see_named(const wire::postgres::Message& message, base::Instant now);
  void see_answer(const wire::postgres::Message& message, base::Instant now);
  void see_key(const wire::postgres::Message& message);
  void see_status(const wire::postgres::Message& message);
  void see_copy_in();
  void see_error(const wire::postgres::Message& message, base::Instant now);
  void complete(std::string_view tag, base::Instant now);
  void ready(base::Instant now);
  void await(Awaited::Kind kind, std::string sql, std::vector<std::string> params,
             base::Instant now);
  void pop(Awaited::Kind kind);
  void tell(StatementSeen& seen, base::Instant now);
  void lose() { following_ = false; }

  StatementObserver& observer_;
  uint64_t connection_;
  wire::postgres::MessageStream client_{wire::postgres::Side::client};
  wire::postgres::MessageStream server_{wire::postgres::Side::server};
  std::map<std::string, std::string, std::less<>> prepared_;  // name to SQL
  std::map<std::string, Portal, std::less<>> portals_;
  std::deque<Awaited> awaited_;
  Request request_;
  Answer answer_;
  std::optional<PostgresReach> reach_;
  std::string key_;
  Rewriting rewriting_ = Rewriting::none;
  bool divided_failed_ = false;
  bool following_ = true;
  bool starting_ = true;
  bool skipping_ = false;    // after an error the server ignores what comes before the next Sync
  bool copying_ = false;     // to the server, which ignores Sync meanwhile
  size_t copied_ahead_ = 0;  // copies whose data has ended, and that the server has not begun
  bool sync_owed_ = false;   // a Sync was ignored: the operation that it ended has another
};

}  // namespace peregrine::boundary
