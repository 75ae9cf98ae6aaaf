#include <fmt/core.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "play/action.h"
#include "play/postgres_types.h"

namespace peregrine::play {

using base::Result;
using base::Value;

namespace {

constexpr size_t kLineShown = 160;  // columns of a statement's line, in an error

// A parameter in PostgreSQL's text form; the server knows its type from the statement.
net::Cell to_cell(const lang::SqlAction::Parameter& parameter, const Value& value) {
  if (value.is_null()) return std::nullopt;
  if (parameter.json) return base::to_json(value);
  if (value.is_list()) return to_postgres_array(value.as_list());
  if (value.kind() == base::Kind::bytes) return to_postgres_bytes(value.as_bytes());
  return lang::to_text(value);
}

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
  const net::PostgresError* refusal = attempt.world.system.refusal(action.database);
  if (refusal && refusal->position > 0 && error.code == base::Code::refused) {
    error.text += point_into(action.text, refusal->position);
  }
  return error;
}

}  // namespace

io::Task<Result<>> play_action(const lang::SqlAction& action, Attempt& attempt) {
  std::vector<net::Cell> parameters;
  for (const lang::SqlAction::Parameter& parameter : action.parameters) {
    CO_TRY(const Value value, parameter.value.evaluate(attempt.context));
    parameters.push_back(to_cell(parameter, value));
  }
  const Result<net::Rows> rows = co_await attempt.world.system.query(
      action.database, action.text, std::move(parameters), attempt.deadline);
  if (!rows) co_return std::unexpected(explain(rows.error(), action, attempt));
  base::List list;
  for (const auto& cells : rows->cells) {
    base::MapBuilder row;
    for (size_t i = 0; i < cells.size(); ++i) {
      row.set(rows->columns[i].name, from_postgres(rows->columns[i], cells[i]));
    }
    list.push_back(Value(row.build()));
  }
  co_return attempt.see_list("rows", std::move(list));
}

}  // namespace peregrine::play
