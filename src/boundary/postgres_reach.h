// Follows the transactions of one connection to PostgreSQL and says of each operation what it
// reaches: of a COMMIT, all that its transaction has changed. Sans I/O.
#pragma once

#include <string_view>
#include <vector>

#include "boundary/reach.h"
#include "boundary/sql_reader.h"

namespace peregrine::boundary {

class PostgresReach {
 public:
  // The reader outlives it.
  explicit PostgresReach(SqlReader& reader) : reader_(reader) {}

  // A statement is carried out by the operation that is being asked.
  void carry_out(std::string_view sql);
  // All of the operation has been asked. `synced`: it ends what is no transaction of the service's
  // own, which a Flush does not.
  void end(bool synced);
  // The server is ready: 'I' outside of a transaction, 'T' and 'E' within one.
  void ready(char status) {
    within_ = status != 'I';
    unsynced_ &= within_;
  }
  void set_session(uint64_t session) { reach_.session = session; }

  // Of the operation that was asked last.
  const Reach& reach() const { return reach_; }
  bool visible() const { return !reach_.touches.empty(); }

 private:
  void touch(const SqlSummary& one, bool lasts);
  void touch_locked();
  void leave(bool rolls_back);

  SqlReader& reader_;
  Reach reach_;
  bool within_ = false;             // the next operation finds a transaction open
  bool unsynced_ = false;           // one that nobody has begun: it ends with the next Sync
  bool locks_ = false;              // it may hold an advisory lock
  bool repeatable_ = false;         // that transaction reads as of one moment
  bool has_snapshot_ = false;       // and has begun to
  std::vector<Touch> transaction_;  // what it has touched
  // Of the operation that is being asked.
  std::vector<SqlSummary> asked_;
};

}  // namespace peregrine::boundary
