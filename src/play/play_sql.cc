// sql: one statement, of Peregrine's own, which passes no proxy.
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "base/json.h"
#include "base/text.h"
#include "play/action.h"
#include "play/postgres_types.h"

namespace peregrine::play {

using base::Result;
using base::Value;

namespace {

constexpr size_t kLineShown = 160;  // columns of a statement's line, in an error

// The line of a statement that an error points into, and a caret: "line 2:  nmae".
std::string point_into(const std::string& statement, size_t position) {
  size_t at = 0;  // position counts characters from 1
  for (size_t left = position; at < statement.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(statement[at]) & 0xc0) != 0x80;
    if (begins && --left == 0) break;
  }
  const std::string_view before = std::string_view(statement).substr(0, at);
  const size_t begin = before.rfind('\n') + 1;
  const size_t end = std::min(statement.find('\n', at), statement.size());
  const std::string label = fmt::format("line {}: ", std::ranges::count(before, '\n') + 1);
  const std::string_view line = std::string_view(statement).substr(begin, end - begin);
  if (base::display_width(line) > kLineShown) return "";
  return fmt::format("\n{}{}\n{:{}}^", label, line, "",
                     label.size() + base::display_width(line.substr(0, at - begin)));
}

base::Error explain(base::Error error, const lang::SqlAction& action, const Attempt& attempt) {
  const net::PostgresError* refusal = attempt.world.system().refusal(action.database);
  if (refusal && refusal->position > 0 && error.code == base::Code::refused) {
    error.text += point_into(action.text, refusal->position);
  }
  return error;
}

uint32_t to_type(const net::Cell& cell) {
  return static_cast<uint32_t>(std::strtoul(cell.value_or("0").c_str(), nullptr, 10));
}

// Asks the database about types of its own: an array of an enum, a domain or a composite is a list.
io::Task<Result<ArrayElements>> find_arrays(std::string database, std::vector<uint32_t> types,
                                            Attempt& attempt) {
  ArrayElements elements;
  if (types.empty()) co_return elements;
  const base::List list(types.begin(), types.end());
  // An array is told by its output function: not every type with elements is one.
  std::string sql =
      "select a.oid, case e.typtype when 'd' then e.typbasetype else e.oid end "
      "from pg_catalog.pg_type a join pg_catalog.pg_type e on e.oid = a.typelem "
      "where a.oid = any($1) and a.typoutput = 'array_out'::regproc and e.typdelim = ','";
  CO_TRY(const net::Rows rows,
         co_await attempt.world.system().query(std::move(database), std::move(sql),
                                               {to_postgres_array(list)}, attempt.deadline));
  for (const auto& row : rows.cells) {
    elements.emplace(to_type(row[0]), to_type(row[1]));
  }
  co_return elements;
}

}  // namespace

io::Task<Result<>> play_action(const lang::SqlAction& action, Attempt& attempt) {
  std::vector<net::Cell> parameters;
  for (const lang::SqlAction::Parameter& parameter : action.parameters) {
    CO_TRY(const Value value, parameter.value.evaluate(attempt.context));
    const bool json = parameter.json && !value.is_null();
    parameters.push_back(json ? base::to_json(value) : to_postgres(value));
  }
  const Result<net::Rows> rows = co_await attempt.world.system().query(
      action.database, action.text, std::move(parameters), attempt.deadline);
  if (!rows) co_return std::unexpected(explain(rows.error(), action, attempt));
  CO_TRY(const ArrayElements elements,
         co_await find_arrays(action.database, unknown_types(rows->columns), attempt));
  base::List list;
  for (const auto& cells : rows->cells) {
    base::MapBuilder row;
    for (size_t i = 0; i < cells.size(); ++i) {
      row.set(rows->columns[i].name, from_postgres(rows->columns[i], cells[i], elements));
    }
    list.push_back(Value(row.build()));
  }
  co_return attempt.see_list("rows", std::move(list));
}

}  // namespace peregrine::play
