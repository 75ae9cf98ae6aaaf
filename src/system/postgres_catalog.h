// The definitions in a database (tables, columns, types, functions, …), remembered so that it can
// be told exactly whether they are still the same. Temporary objects of sessions are nobody's
// definitions, and statistics, sizes and the files of tables are none.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/postgres.h"
#include "system/postgres_wal.h"

namespace peregrine::system {

class PostgresCatalog {
 public:
  static io::Task<base::Result<PostgresCatalog>> remember(net::PostgresConnection& connection,
                                                          io::Deadline deadline);
  // Whether a definition differs. Looks only at the system catalogs that were written.
  io::Task<base::Result<bool>> differs(net::PostgresConnection& connection,
                                       const PostgresWal::Written& written,
                                       io::Deadline deadline) const;
  // pg_class was written: a table may have another file than it had.
  bool files_may_differ(const PostgresWal::Written& written) const;
  // The file of each table by the table's oid, system catalogs included.
  using Files = std::map<uint32_t, uint32_t>;
  io::Task<base::Result<Files>> read_files(net::PostgresConnection& connection,
                                           io::Deadline deadline);

 private:
  struct Catalog {
    uint32_t file;
    std::string ask;  // gives its oid, and count and hash of its rows
    std::string was{};
  };
  using Catalogs = std::map<uint32_t, Catalog>;

  static io::Task<base::Result<std::map<uint32_t, std::string>>> look(
      net::PostgresConnection& connection, std::vector<const Catalog*> at, io::Deadline deadline);

  Catalogs catalogs_;
};

}  // namespace peregrine::system
