#include <fmt/core.h>

#include "play/action.h"

namespace peregrine::play {

using base::Result;
using base::Value;

namespace {

// A parameter in PostgreSQL's text form; the server knows its type from the statement.
net::Cell to_cell(const Value& value) {
  if (value.is_null()) return std::nullopt;
  return lang::to_text(value);
}

}  // namespace

io::Task<Result<>> play_action(const lang::SqlAction& action, Attempt& attempt) {
  std::vector<net::Cell> parameters;
  for (const lang::Expression& expression : action.parameters) {
    CO_TRY(const Value value, expression.evaluate(attempt.context));
    parameters.push_back(to_cell(value));
  }
  CO_TRY(const net::Rows rows,
         co_await attempt.world.system.query(action.database, action.text, std::move(parameters),
                                             attempt.deadline));
  base::List list;
  for (const auto& cells : rows.cells) {
    base::MapBuilder row;
    for (size_t i = 0; i < cells.size(); ++i) {
      row.set(rows.columns[i].name, from_postgres(rows.columns[i], cells[i]));
    }
    list.push_back(Value(row.build()));
  }
  attempt.see("count", Value(list.size()));
  attempt.see("rows", Value(std::move(list)));
  co_return Result<>{};
}

}  // namespace peregrine::play
