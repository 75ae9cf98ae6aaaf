#include "system/postgres_snapshot.h"

#include <utility>

namespace peregrine::system {

using base::Result;
using io::Deadline;
using io::Task;
using net::PostgresConnection;
using net::Rows;

namespace {

// Tables that hold rows themselves: ordinary ones and leaves of partitioned ones, with the columns
// that can be written. What belongs to an extension is its own affair.
constexpr const char* kFindTables = R"(
SELECT format('%I.%I', n.nspname, c.relname) AS name,
       format('peregrine_snapshot.t%s', c.oid) AS copy,
       string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relpersistence IN ('p', 'u')
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'peregrine_snapshot')
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype = 'e')
GROUP BY c.oid, n.nspname, c.relname
ORDER BY c.oid)";

// A sequence's own row has what pg_sequences leaves out: whether last_value was given out already.
constexpr const char* kFindSequences = R"(
SELECT format('%I.%I', n.nspname, c.relname) AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relpersistence IN ('p', 'u')
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'peregrine_snapshot')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.oid)";

// As a replica the session fires no trigger and checks no foreign key. A lock that is not free by
// then is held by a transaction that somebody left open, which waiting does not end.
constexpr const char* kBegin =
    "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '2s';\n";

std::string literal(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\'';
    result += c;
  }
  return result + "'";
}

struct Scripts {
  std::string take =
      "BEGIN; DROP SCHEMA IF EXISTS peregrine_snapshot CASCADE;\n"
      "CREATE SCHEMA peregrine_snapshot;\n";
  std::string empty;
  std::string fill;
  std::string sequences;
};

Task<Result<>> add_sequences(PostgresConnection& connection, Scripts& scripts, Deadline deadline) {
  std::vector<net::Cell> none;
  CO_TRY(const Rows names, co_await connection.query(kFindSequences, none, deadline));
  for (const auto& row : names.cells) {
    const std::string ask = "SELECT last_value, is_called FROM " + *row[0];
    CO_TRY(const Rows state, co_await connection.query(ask, none, deadline));
    scripts.sequences += fmt::format("SELECT setval({}, {}, '{}');\n", literal(*row[0]),
                                     *state.cells[0][0], *state.cells[0][1]);
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<PostgresSnapshot>> PostgresSnapshot::take(PostgresConnection& connection,
                                                      Deadline deadline) {
  PostgresSnapshot snapshot;
  Scripts scripts;
  std::vector<net::Cell> none;
  CO_TRY(const Rows tables, co_await connection.query(kFindTables, none, deadline));
  for (const auto& row : tables.cells) {
    const std::string& name = *row[0];
    const std::string& copy = *row[1];
    const std::string& columns = *row[2];
    scripts.take +=
        fmt::format("CREATE UNLOGGED TABLE {} AS SELECT {} FROM ONLY {};\n", copy, columns, name);
    scripts.empty += fmt::format("DELETE FROM ONLY {};\n", name);
    scripts.fill += fmt::format("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {};\n",
                                name, columns, columns, copy);
  }
  CO_TRY_OK(co_await add_sequences(connection, scripts, deadline));
  snapshot.tables_ = tables.cells.size();
  if (snapshot.tables_ == 0 && scripts.sequences.empty()) co_return snapshot;
  CO_TRY_OK(co_await connection.script(scripts.take + "COMMIT", deadline));
  snapshot.restore_script_ = kBegin + scripts.empty + scripts.fill + scripts.sequences + "COMMIT";
  co_return snapshot;
}

Task<Result<>> PostgresSnapshot::restore(PostgresConnection& connection, Deadline deadline) {
  if (restore_script_.empty()) co_return Result<>{};
  Result<> done = co_await connection.script(restore_script_, deadline);
  if (!done && connection.usable()) (void)co_await connection.rollback(deadline);
  co_return done;
}

}  // namespace peregrine::system
