#include "system/postgres_catalog.h"

#include <fmt/core.h>

#include <utility>

#include "system/postgres_oid.h"

namespace peregrine::system {

using base::Result;
using io::Deadline;
using io::Task;
using net::PostgresConnection;
using Files = PostgresCatalog::Files;

namespace {

// The system catalogs of one database, each with a query for count and hash of its rows. Rows that
// came with the server are counted only: one that is changed has a younger xmin, and is then hashed
// as well. Large objects are rows, not definitions; statistics are neither.
//
// What is said of columns: `volatile` ones of pg_class change without any DDL; a row with a column
// of `owners` belongs to a table, with one of `places` lies in a schema.
constexpr const char* kFindCatalogs = R"(
WITH young AS (SELECT xmin::text AS xid FROM pg_database WHERE datname = current_database()),
catalog AS (
  SELECT c.oid, c.relname,
         string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (
           WHERE a.attname NOT IN ('relfilenode', 'relpages', 'reltuples', 'relallvisible',
             'relfrozenxid', 'relminmxid', 'relhasindex', 'relhasrules', 'relhastriggers',
             'relhassubclass')) AS columns,
         max(a.attname) FILTER (WHERE a.attname IN ('attrelid', 'adrelid', 'indrelid', 'tgrelid',
           'seqrelid', 'inhrelid', 'ev_class', 'partrelid', 'stxrelid', 'polrelid')) AS owner,
         max(a.attname) FILTER (WHERE a.attname IN ('relnamespace', 'typnamespace',
           'pronamespace', 'connamespace')) AS place
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  WHERE c.relkind = 'r' AND c.relnamespace = 'pg_catalog'::regnamespace AND NOT c.relisshared
    AND c.relname NOT IN ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject',
                          'pg_largeobject_metadata')
  GROUP BY c.oid, c.relname)
SELECT catalog.oid, pg_relation_filenode(catalog.oid), format(
  'SELECT %L, count(*) || '' '' || coalesce(sum(hashtextextended(ROW(%s)::text, 0)::numeric) '
  'FILTER (WHERE age(xmin) <= age(%L::xid)), 0) FROM pg_catalog.%I',
  catalog.oid, columns, young.xid, relname) ||
  CASE WHEN relname = 'pg_namespace' THEN ' WHERE nspname !~ ''^pg_(toast_)?temp_'''
       WHEN relname = 'pg_depend' THEN ' WHERE NOT (classid IN (1259, 1247) AND objid IN '
         '(TABLE temporary) OR refclassid IN (1259, 1247) AND refobjid IN (TABLE temporary))'
       WHEN owner IS NOT NULL THEN format(' WHERE %s NOT IN (TABLE temporary)', owner)
       WHEN place IS NOT NULL THEN format(' WHERE %s NOT IN (TABLE schemas)', place)
       ELSE '' END
FROM catalog, young)";

constexpr uint32_t kClasses = 1259;  // pg_class

constexpr const char* kFindFiles = R"(
SELECT oid, pg_relation_filenode(oid) FROM pg_class
WHERE relkind IN ('r', 'm') AND NOT relisshared AND pg_relation_filenode(oid) IS NOT NULL)";

constexpr const char* kTemporary = R"(
WITH schemas AS MATERIALIZED (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_'),
temporary AS MATERIALIZED (SELECT oid FROM pg_class WHERE relnamespace IN (TABLE schemas)
                           UNION ALL
                           SELECT oid FROM pg_type WHERE typnamespace IN (TABLE schemas))
)";

}  // namespace

Task<Result<PostgresCatalog>> PostgresCatalog::remember(PostgresConnection& connection,
                                                        Deadline deadline) {
  PostgresCatalog result;
  std::vector<net::Cell> none;
  CO_TRY(const net::Rows found, co_await connection.query(kFindCatalogs, none, deadline));
  for (const auto& row : found.cells) {
    result.catalogs_.emplace(to_oid(row[0]), Catalog{to_oid(row[1]), *row[2]});
  }
  std::vector<const Catalog*> all;
  for (const auto& [oid, catalog] : result.catalogs_) all.push_back(&catalog);
  CO_TRY(auto now, co_await look(connection, std::move(all), deadline));
  for (auto& [oid, state] : now) result.catalogs_.at(oid).was = std::move(state);
  co_return std::move(result);
}

Task<Result<bool>> PostgresCatalog::differs(PostgresConnection& connection,
                                            const PostgresWal::Written& written,
                                            Deadline deadline) const {
  std::vector<const Catalog*> touched;
  for (const auto& [oid, catalog] : catalogs_) {
    if (written.has(catalog.file)) touched.push_back(&catalog);
  }
  if (touched.empty()) co_return false;
  CO_TRY(const auto now, co_await look(connection, std::move(touched), deadline));
  for (const auto& [oid, state] : now) {
    if (catalogs_.at(oid).was != state) co_return true;
  }
  co_return false;
}

bool PostgresCatalog::files_may_differ(const PostgresWal::Written& written) const {
  return written.has(catalogs_.at(kClasses).file);
}

Task<Result<Files>> PostgresCatalog::read_files(PostgresConnection& connection, Deadline deadline) {
  Files files;
  std::vector<net::Cell> none;
  CO_TRY(const net::Rows rows, co_await connection.query(kFindFiles, none, deadline));
  for (const auto& row : rows.cells) files.emplace(to_oid(row[0]), to_oid(row[1]));
  for (auto& [oid, catalog] : catalogs_) catalog.file = files[oid];
  co_return files;
}

Task<Result<std::map<uint32_t, std::string>>> PostgresCatalog::look(PostgresConnection& connection,
                                                                    std::vector<const Catalog*> at,
                                                                    Deadline deadline) {
  std::string ask = kTemporary;
  for (size_t i = 0; i < at.size(); ++i) ask += (i == 0 ? "" : "\nUNION ALL ") + at[i]->ask;
  std::vector<net::Cell> none;
  CO_TRY(const net::Rows rows, co_await connection.query(std::move(ask), none, deadline));
  std::map<uint32_t, std::string> states;
  for (const auto& row : rows.cells) states.emplace(to_oid(row[0]), *row[1]);
  co_return states;
}

}  // namespace peregrine::system
