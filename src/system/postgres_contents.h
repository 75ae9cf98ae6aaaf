// What the user's tables hold, to be compared between plays: digests of columns, and of rows.
//
// A value that a sequence gave after the snapshot counts as "new", in its own column, where a
// foreign key names it, and in the texts of the same row: which number a row drew says nothing. So
// does a text that is an id which a third party has drawn. The order of rows does not count.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/task.h"
#include "net/postgres.h"
#include "system/drawn.h"

namespace peregrine::system {

class PostgresContents {
 public:
  // Reads what tables there are. What is added to them later is not compared.
  static io::Task<base::Result<PostgresContents>> read(net::PostgresConnection& connection,
                                                       io::Deadline deadline);

  // What sequences give from the snapshot on.
  void add_drawn(Drawn& drawn) const;
  // By "orders.total".
  io::Task<base::Result<std::map<std::string, std::string>>> parts(
      net::PostgresConnection& connection, const Drawn& drawn, io::Deadline deadline) const;
  // A line for each table: "orders 1c8f…"; of one outside of `public` with its schema.
  // `written`: the tables, by oid, that may hold something else than when a play begins; the others
  // are read once. Nothing: any may.
  io::Task<base::Result<std::string>> digest(net::PostgresConnection& connection,
                                             const std::set<std::string>& without,
                                             const std::optional<std::set<uint32_t>>& written,
                                             const Drawn& drawn, io::Deadline deadline);

 private:
  struct Column {
    std::string name;   // "orders.total"
    std::string value;  // an expression of SQL, as text; $1 are the ids that were drawn
  };
  struct Table {
    std::string name;   // in SQL
    std::string title;  // for people
    uint32_t oid;
    std::vector<Column> columns{};
    std::optional<std::string> at_first{};  // its digest when a play begins
  };
  std::string query_of(const Table& table) const;
  io::Task<base::Result<std::string>> digest_of(net::PostgresConnection& connection,
                                                const Table& table, const std::string& drawn,
                                                io::Deadline deadline) const;

  std::vector<Table> tables_;
  std::vector<int64_t> sequences_;  // what each gives next
  std::set<std::string> without_;   // columns that are left out
  uint64_t version_ = 0;            // of these: statements are prepared for each
};

}  // namespace peregrine::system
