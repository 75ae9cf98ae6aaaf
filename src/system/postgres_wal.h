// What was written to one database since a moment, read from the server's own log of it (the
// write-ahead log, by the extension pg_walinspect): whoever wrote, by whatever way, and at once,
// where PostgreSQL's statistics lag. Nothing of it is in the database that is watched.
//
// Seen: rows of tables of any kind, by the file that holds them, and sequences. Not in the log:
// rows of unlogged tables; and a sequence only now and then, as PostgreSQL logs 32 values ahead.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/result.h"
#include "net/postgres.h"

namespace peregrine::system {

class PostgresWal {
 public:
  struct Written {
    bool unknown = false;      // the log does not say: all of it may have been written
    std::set<uint32_t> files;  // pg_relation_filenode() of what was
    std::string until;         // the next call's `since`
    bool has(uint32_t file) const { return unknown || files.contains(file); }
  };

  // `home` is a superuser's connection to a database of the server that is not `database`; both
  // stay where they are. A server without the extension (before PostgreSQL 15, or without its
  // contributed modules) is watched by nobody: all of it may always have been written.
  static io::Task<base::Result<PostgresWal>> open(net::PostgresConnection& home,
                                                  const std::string& database,
                                                  io::Deadline deadline);

  // The end of the log, with all that was committed before the call in front of it.
  io::Task<base::Result<std::string>> end(io::Deadline deadline);
  // Since `since`, as end() gave it, without what the transaction `own` wrote (empty: none).
  // Transactions that were taken back count as if they were not.
  io::Task<base::Result<Written>> written(std::string since, std::string own,
                                          io::Deadline deadline);

  uint32_t database() const { return database_; }

 private:
  PostgresWal(net::PostgresConnection& home, uint32_t database, bool readable)
      : home_(&home), database_(database), readable_(readable) {}

  net::PostgresConnection* home_;
  uint32_t database_;  // its oid
  bool readable_;
};

}  // namespace peregrine::system
