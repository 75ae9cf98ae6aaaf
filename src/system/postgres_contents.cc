#include "system/postgres_contents.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <charconv>

#include "system/postgres.h"
#include "system/postgres_oid.h"

namespace peregrine::system {

using base::Result;

namespace {

// Table, column, and the column that a sequence fills whose values it has: its own, or that of the
// table that it refers to.
constexpr const char* kColumns = R"(
WITH columns AS (
  SELECT c.oid AS of, n.nspname, c.relname, a.attname, a.attnum,
         a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'json'::regtype, 'jsonb'::regtype)
           AS written,
         pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname)
           IS NOT NULL AS drawn
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname NOT LIKE 'pg\_toast%')
SELECT c.nspname, c.relname, c.attname,
       coalesce(r.nspname, own.nspname), coalesce(r.relname, own.relname),
       coalesce(r.attname, own.attname), c.written, c.of
FROM columns c
LEFT JOIN columns own ON own.of = c.of AND own.attnum = c.attnum AND own.drawn
LEFT JOIN pg_constraint f ON f.contype = 'f' AND f.conrelid = c.of
  AND f.conkey = ARRAY[c.attnum]::int2[]
LEFT JOIN columns r ON r.of = f.confrelid AND f.confkey = ARRAY[r.attnum]::int2[] AND r.drawn
ORDER BY 1, 2, c.attnum)";

constexpr const char* kSequences = "SELECT coalesce(last_value, 0)::text FROM pg_sequences";

std::string text_of(const net::Cell& cell) { return cell.value_or(""); }

// The text of a column, in which numbers that the row has drawn are new ones too: an id is written
// into the message that speaks of it.
std::string without_drawn(const std::string& column, const std::vector<std::string>& drawn) {
  const std::string numbers = fmt::format("concat_ws('|', {})", fmt::join(drawn, ", "));
  return fmt::format(
      "CASE WHEN {1} = '' THEN {0}::text "
      "ELSE regexp_replace({0}::text, '\\m(' || {1} || ')\\M', 'new', 'g') END",
      column, numbers);
}

std::string qualified(const net::Cell& schema, const net::Cell& table) {
  return quoted_name(text_of(schema)) + "." + quoted_name(text_of(table));
}

std::string title_of(const net::Cell& schema, const net::Cell& table) {
  return schema == "public" ? text_of(table) : text_of(schema) + "." + text_of(table);
}

// A text of SQL.
std::string quoted_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

// As a text[] is written.
std::string array_of(const Drawn& drawn) {
  std::string out = "{";
  for (const std::string& id : drawn.ids()) {
    out += out.size() > 1 ? ",\"" : "\"";
    for (const char c : id)
      out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    out += '"';
  }
  return out + "}";
}

}  // namespace

io::Task<Result<PostgresContents>> PostgresContents::read(net::PostgresConnection& connection,
                                                          io::Deadline deadline) {
  CO_TRY(const net::Rows rows, co_await connection.query(kColumns, {}, deadline));
  PostgresContents contents;
  std::map<std::string, std::string> newest;                 // of columns that sequences fill
  std::map<std::string, std::vector<std::string>> drawn_in;  // by table: numbers that are new
  std::vector<std::pair<size_t, size_t>> written;            // columns of text
  for (const auto& row : rows.cells) {
    const std::string table = qualified(row[0], row[1]);
    if (contents.tables_.empty() || contents.tables_.back().name != table) {
      contents.tables_.push_back({table, title_of(row[0], row[1]), to_oid(row[7])});
    }
    const std::string column = quoted_name(text_of(row[2]));
    Column one{fmt::format("{}.{}", text_of(row[1]), text_of(row[2])), column + "::text"};
    if (row[3]) {
      const std::string drawn = quoted_name(text_of(row[5]));
      const std::string of = qualified(row[3], row[4]);
      std::string& most = newest[of + drawn];
      if (most.empty()) {
        CO_TRY(
            const net::Rows max,
            co_await connection.query(
                fmt::format("SELECT coalesce(max({}), 0)::text FROM {}", drawn, of), {}, deadline));
        most = text_of(max.cells.at(0).at(0));
      }
      one.value = fmt::format("CASE WHEN {0} > {1} THEN 'new' ELSE {0}::text END", column, most);
      drawn_in[table].push_back(fmt::format("CASE WHEN {0} > {1} THEN {0} END", column, most));
    } else if (row[6] == "t") {
      written.emplace_back(contents.tables_.size() - 1, contents.tables_.back().columns.size());
    }
    contents.tables_.back().columns.push_back(std::move(one));
  }
  for (const auto& [table, column] : written) {
    Column& one = contents.tables_[table].columns[column];
    const std::string name = one.value.substr(0, one.value.rfind("::text"));
    const auto drawn = drawn_in.find(contents.tables_[table].name);
    if (drawn != drawn_in.end()) one.value = without_drawn(name, drawn->second);
    one.value =
        fmt::format("CASE WHEN {}::text = ANY($1::text[]) THEN 'new' ELSE {} END", name, one.value);
  }
  CO_TRY(const net::Rows last, co_await connection.query(kSequences, {}, deadline));
  for (const auto& row : last.cells) {
    int64_t value = 0;
    const std::string text = text_of(row.at(0));
    std::from_chars(text.data(), text.data() + text.size(), value);
    contents.sequences_.push_back(value + 1);
  }
  co_return contents;
}

void PostgresContents::add_drawn(Drawn& drawn) const {
  for (const int64_t next : sequences_) drawn.add_sequence(next);
}

io::Task<Result<std::map<std::string, std::string>>> PostgresContents::parts(
    net::PostgresConnection& connection, const Drawn& drawn, io::Deadline deadline) const {
  std::map<std::string, std::string> all;
  const std::string ids = array_of(drawn);
  for (const Table& table : tables_) {
    std::vector<std::string> digests;
    for (const Column& column : table.columns) {
      digests.push_back(
          fmt::format("md5(string_agg(coalesce({0}, 'NULL'), ',' ORDER BY {0}))", column.value));
    }
    if (digests.empty()) continue;
    CO_TRY(const net::Rows rows,
           co_await connection.query(fmt::format("SELECT {} FROM {} WHERE $1::text[] IS NOT NULL",
                                                 fmt::join(digests, ", "), table.name),
                                     {ids}, deadline));
    for (size_t i = 0; i < table.columns.size(); ++i) {
      all[table.columns[i].name] = text_of(rows.cells.at(0).at(i));
    }
  }
  co_return all;
}

std::string PostgresContents::query_of(const Table& table) const {
  std::vector<std::string> values = {"''"};
  for (const Column& column : table.columns) {
    if (!without_.contains(column.name)) values.push_back(column.value);
  }
  return fmt::format(
      "SELECT coalesce(md5(string_agg(r, ',' ORDER BY r)), '') FROM (SELECT row({})::text AS r "
      "FROM {} WHERE $1 IS NOT NULL) t",
      fmt::join(values, ", "), table.name);
}

// Prepared, so that it is planned once a connection.
io::Task<Result<std::string>> PostgresContents::digest_of(net::PostgresConnection& connection,
                                                          const Table& table,
                                                          const std::string& drawn,
                                                          io::Deadline deadline) const {
  const std::string name = fmt::format("peregrine_contents_{}_{}", version_, table.oid);
  const std::string execute = fmt::format("EXECUTE {}({})", name, drawn);
  Result<net::Rows> rows = co_await connection.query(execute, {}, deadline);
  if (!rows) {
    const std::string prepare = fmt::format("PREPARE {}(text[]) AS {}", name, query_of(table));
    CO_TRY_OK(co_await connection.script(prepare, deadline));
    CO_TRY(rows, co_await connection.query(execute, {}, deadline));
  }
  co_return text_of(rows->cells.at(0).at(0));
}

io::Task<Result<std::string>> PostgresContents::digest(
    net::PostgresConnection& connection, const std::set<std::string>& without,
    const std::optional<std::set<uint32_t>>& written, const Drawn& drawn, io::Deadline deadline) {
  if (without != without_) {
    without_ = without;
    ++version_;
    for (Table& table : tables_) table.at_first.reset();
  }
  const std::string ids = quoted_text(array_of(drawn));
  std::string all;
  for (Table& table : tables_) {
    const bool as_at_first = written && !written->contains(table.oid);
    std::optional<std::string> digest;
    if (as_at_first) digest = table.at_first;
    if (!digest) {
      CO_TRY(digest, co_await digest_of(connection, table, ids, deadline));
    }
    if (as_at_first) table.at_first = digest;
    all += fmt::format("{} {}\n", table.title, *digest);
  }
  co_return all;
}

}  // namespace peregrine::system
