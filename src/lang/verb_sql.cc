#include <fmt/core.h>

#include "lang/verbs.h"

namespace peregrine::lang {

namespace {

std::string pick_database(const VerbContext& context) {
  std::vector<std::string_view> names;
  for (const DatabaseSpec& database : context.system.databases) names.push_back(database.name);
  if (names.empty()) {
    context.diagnostics.add(context.argument.at, "the system has no database to ask",
                            "name one under `databases:` in system.yaml");
    return "";
  }
  const Node* chosen = context.fields["db"];
  if (!chosen) return std::string(names.front());
  if (!context.system.find_database(chosen->text)) {
    context.diagnostics.add(chosen->at, fmt::format("there is no database `{}`", chosen->text),
                            suggestion(chosen->text, names));
  }
  return chosen->text;
}

bool quoted_around(std::string_view text, const Piece& piece) {
  const size_t before = piece.offset - 2;
  const size_t after = piece.offset + piece.text.size() + 1;
  return before > 0 && text[before - 1] == '\'' && after < text.size() && text[after] == '\'';
}

}  // namespace

// Expressions are bound, never pasted: `where id = ${id}` becomes `where id = $1`.
Action compile_sql(const VerbContext& context) {
  SqlAction action;
  action.database = pick_database(context);
  const Node& node = context.argument;
  if (node.kind != Node::Kind::scalar || node.text.empty()) {
    context.diagnostics.add(node.at, fmt::format("`sql` is a query, this is {}", node.describe()),
                            "");
    return action;
  }
  for (const Piece& piece : split_pieces(node.text)) {
    if (!piece.expression) {
      action.text += piece.text;
      continue;
    }
    if (quoted_around(node.text, piece)) {
      context.diagnostics.add(
          place_within(node, piece.offset - 2), "this expression stands in SQL's quotes",
          fmt::format("take the quotes away: it is bound as a value, ${{{}}}", piece.text));
    }
    if (auto expression = compile_piece(node, piece, context.names, context.diagnostics)) {
      action.parameters.push_back(*std::move(expression));
      action.text += fmt::format("${}", action.parameters.size());
    }
  }
  return action;
}

}  // namespace peregrine::lang
