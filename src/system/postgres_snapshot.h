// What a database held after schema and seed, kept in a schema of its own inside it, and put back
// between plays. The connections of the services stay.
//
// Restored: the rows of every table and the state of every sequence there were when it was taken.
// Not restored: tables made later, large objects, materialized views, tables of extensions.
#pragma once

#include <string>

#include "base/result.h"
#include "net/postgres.h"

namespace peregrine::system {

class PostgresSnapshot {
 public:
  // Takes the place of an earlier one. `connection` is a superuser's.
  static io::Task<base::Result<PostgresSnapshot>> take(net::PostgresConnection& connection,
                                                       io::Deadline deadline);

  // Puts everything back in one transaction, with triggers and foreign keys still. Fails with
  // Code::refused when a table is gone or has changed its columns, or when a transaction that is
  // left open holds a row.
  io::Task<base::Result<>> restore(net::PostgresConnection& connection, io::Deadline deadline);

  size_t tables() const { return tables_; }

 private:
  std::string restore_script_;  // empty when there is nothing to restore
  size_t tables_ = 0;
};

}  // namespace peregrine::system
