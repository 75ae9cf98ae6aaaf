// A second copy of a database, as files: what brings it back when its definitions have changed.
// It is taken while services are connected, which CREATE DATABASE … TEMPLATE refuses, and nothing
// of it is in the server. Bringing it back ends every session of the database, and takes some tens
// of milliseconds. Files are copied on the thread that asks, which waits for it.
#pragma once

#include <string>

#include "base/result.h"
#include "net/postgres.h"
#include "system/postgres.h"

namespace peregrine::system {

class PostgresFiles {
 public:
  // `database` is one of `server`, `oid` its own.
  PostgresFiles(const PrivatePostgres& server, std::string database, uint32_t oid);

  // Takes the place of an earlier copy. It is good if nobody has written meanwhile, which the
  // caller sees. `home` is a superuser's connection to another database.
  io::Task<base::Result<>> take(net::PostgresConnection& home, io::Deadline deadline);
  // All is again as when it was taken, settings of the database as they are; unlogged tables and
  // their sequences are empty, as after a crash.
  io::Task<base::Result<>> bring_back(net::PostgresConnection& home, io::Deadline deadline);

 private:
  base::Result<> put_files() const;

  std::string name_;  // quoted
  uint32_t oid_;
  std::string folder_;  // of the database
  std::string copy_;
};

}  // namespace peregrine::system
