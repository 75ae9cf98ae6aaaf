// A file of SQL, run statement by statement as psql would run it, so that an error can name its
// line. COPY … FROM stdin with its data in the file is understood, as pg_dump writes it; other
// commands of psql (\connect, \i, …) are refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/postgres.h"

namespace peregrine::system {

struct SqlStatement {
  std::string text;       // without its semicolon
  size_t line = 1;        // of its first character
  std::string copy_data;  // of COPY … FROM stdin
};

// `name` is for errors: "schema.sql:12: …". Fails with Code::invalid for what has no end and for
// commands of psql; without I/O.
base::Result<std::vector<SqlStatement>> split_sql(std::string_view text, std::string_view name);

// Statements before the one that fails stay done, unless the text itself has begun a transaction.
// Fails as split_sql() and PostgresConnection::copy_in() do; the text then names the line.
io::Task<base::Result<>> run_sql(net::PostgresConnection& connection, std::string text,
                                 std::string name, io::Deadline deadline);

// The same with the text of a file. Code::not_found when it cannot be read.
io::Task<base::Result<>> run_sql_file(net::PostgresConnection& connection, std::string path,
                                      io::Deadline deadline);

}  // namespace peregrine::system
