#include <fmt/core.h>

#include "base/text.h"
#include "lang/database_choice.h"
#include "lang/place_within.h"
#include "lang/sql_text.h"
#include "lang/verbs.h"

namespace peregrine::lang {

namespace {

// `json` and `jsonb` take a list as JSON, all other types as an array.
bool is_cast_to_json(std::string_view after) {
  after = base::trimmed(after);
  if (!after.starts_with("::")) return false;
  return base::lowercase(base::trimmed(after.substr(2)).substr(0, 4)) == "json";
}

// What is wrong with an expression at that place, and what to write.
std::pair<std::string, std::string> explain(SqlText::At at, std::string_view before,
                                            std::string_view expression, std::string_view after) {
  switch (at) {
    case SqlText::At::text:
      if (before.ends_with('\'') && after.starts_with('\'')) {
        return {"this expression stands in SQL's quotes",
                fmt::format("take the quotes away, it is bound as a value: ${{{}}}", expression)};
      }
      return {"this expression stands inside of a text of SQL's",
              fmt::format("put the text together in SQL: '%' || ${{{}}} || '%'", expression)};
    case SqlText::At::name:
      return {"this expression stands in a name of SQL's, and is bound as a value",
              "write the name of the column or table itself"};
    case SqlText::At::comment:
      return {"this expression stands in a comment of SQL's", "take it out of the comment"};
    default:
      return {"this expression stands in a quoted text of SQL's",
              "it is bound as a value: write it outside of quotes"};
  }
}

class QueryReader {
 public:
  QueryReader(const VerbContext& context, SqlAction& action)
      : context_(context), action_(action), pieces_(split_pieces(context.argument.text)) {}

  void read() {
    for (size_t i = 0; i < pieces_.size() && !context_.diagnostics.full(); ++i) {
      if (pieces_[i].expression) {
        read_expression(i);
      } else {
        read_text(pieces_[i]);
      }
    }
  }

 private:
  void read_text(const Piece& piece) {
    if (const auto numbered = sql_.read(piece.text)) {
      context_.diagnostics.add(place_within(context_.argument, piece.offset + *numbered, 2),
                               "a numbered parameter has no value here",
                               "write the value itself, ${name}: it is bound, never pasted");
    }
    action_.text += piece.text;
  }

  void read_expression(size_t index) {
    const Piece& piece = pieces_[index];
    const bool text_before = index > 0 && !pieces_[index - 1].expression;
    const std::string_view before = text_before ? pieces_[index - 1].text : "";
    const bool text_follows = index + 1 < pieces_.size() && !pieces_[index + 1].expression;
    const std::string_view after = text_follows ? pieces_[index + 1].text : "";
    if (sql_.at() != SqlText::At::value) {
      auto [message, remedy] = explain(sql_.at(), before, piece.text, after);
      context_.diagnostics.add(
          place_within(context_.argument, piece.offset - 2, piece.text.size() + 3),
          std::move(message), std::move(remedy));
    }
    auto value = compile_piece(context_.argument, piece, context_.names, context_.diagnostics);
    if (!value) return;
    action_.parameters.push_back({*std::move(value), is_cast_to_json(after)});
    const bool digit = !after.empty() && after[0] >= '0' && after[0] <= '9';
    const bool joins = digit || (after.empty() && index + 1 < pieces_.size());
    action_.text += fmt::format("${}{}", action_.parameters.size(), joins ? " " : "");
  }

  const VerbContext& context_;
  SqlAction& action_;
  std::vector<Piece> pieces_;
  SqlText sql_;
};

}  // namespace

// Expressions are bound, never pasted: `where id = ${id}` becomes `where id = $1`.
Action compile_sql(const VerbContext& context) {
  SqlAction action;
  action.database = choose_database(context, DatabaseSpec::Kind::postgres);
  const Node& node = context.argument;
  if (node.kind != Node::Kind::scalar || base::trimmed(node.text).empty()) {
    context.diagnostics.add(node.at, fmt::format("`sql` is a query, this is {}", node.describe()),
                            "write it as `sql: select …`");
    return action;
  }
  QueryReader(context, action).read();
  return action;
}

}  // namespace peregrine::lang
