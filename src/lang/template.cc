#include "lang/template.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/json.h"
#include "base/rfc3339.h"
#include "base/text.h"
#include "lang/place_within.h"

namespace peregrine::lang {

using base::Result;
using base::Value;

namespace {

// The offset of the `}` that ends the expression begun before `begin`; the text's size if none.
// Quotes inside of the expression may hold braces.
size_t end_of_expression(std::string_view text, size_t begin) {
  int depth = 1;
  char quote = 0;
  for (size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

std::vector<Piece> split_pieces(std::string_view text, size_t from) {
  std::vector<Piece> pieces;
  size_t at = from;
  while (at < text.size()) {
    const size_t begin = text.find("${", at);
    if (begin != at) pieces.push_back({at, text.substr(at, begin - at), false});
    if (begin == std::string_view::npos) break;
    const size_t end = end_of_expression(text, begin + 2);
    const bool ends = end < text.size();
    pieces.push_back({begin + 2, text.substr(begin + 2, end - begin - 2), true, ends});
    at = end + 1;
  }
  return pieces;
}

std::optional<Expression> compile_piece(const Node& scalar, const Piece& piece, const Names& names,
                                        Diagnostics& diagnostics, This self) {
  if (diagnostics.full()) return std::nullopt;
  const size_t begin = piece.offset - 2;
  if (!piece.ends) {
    const bool quote = piece.text.find_first_of("'\"") != std::string_view::npos;
    diagnostics.add(
        place_within(scalar, begin, 2), "nothing ends the expression that begins here",
        quote ? "close it with `}`, and a text in it with its quote" : "close it with `}`");
    return std::nullopt;
  }
  if (base::trimmed(piece.text).empty()) {
    diagnostics.add(place_within(scalar, begin, piece.text.size() + 3),
                    "an expression is missing here",
                    "write a name or a function's call between the braces; "
                    "for the text itself write ${'${}'}");
    return std::nullopt;
  }
  return compile_expression(piece.text, scalar, piece.offset, names, diagnostics, self);
}

std::string to_text(const Value& value) {
  if (value.is_text()) return value.as_text();
  if (value.kind() == base::Kind::bytes) return value.as_bytes();
  if (value.kind() == base::Kind::timestamp) return base::to_rfc3339(value.as_timestamp());
  std::string json = base::to_json(value);
  // "1.5s": JSON's quotes are not of the value.
  if (value.kind() == base::Kind::duration) json = json.substr(1, json.size() - 2);
  return json;
}

Result<Value> evaluate_in_text(const Expression& expression, const Context& context) {
  TRY(Value value, expression.evaluate(context));
  if (value.is_null()) {
    return base::fail(base::Code::not_found, "`{}` is null, which has no place inside of a text",
                      expression.text);
  }
  return value;
}

Template Template::compile(const Node& scalar, const Names& names, Diagnostics& diagnostics,
                           size_t from) {
  Template result;
  if (scalar.text.find("${", from) == std::string::npos) {
    result.value_ = from == 0 ? scalar_value(scalar) : Value(scalar.text.substr(from));
    return result;
  }
  result.literal_ = false;
  const std::vector<Piece> pieces = split_pieces(scalar.text, from);
  for (const Piece& piece : pieces) {
    if (!piece.expression) {
      result.parts_.emplace_back(std::string(piece.text));
    } else if (auto expression = compile_piece(scalar, piece, names, diagnostics)) {
      result.parts_.emplace_back(*std::move(expression));
    }
  }
  result.whole_ = pieces.size() == 1 && result.parts_.size() == 1;
  return result;
}

Template Template::of(Value value) {
  Template result;
  result.value_ = std::move(value);
  return result;
}

Template Template::of(Expression expression) {
  Template result;
  result.literal_ = false;
  result.whole_ = true;
  result.parts_.emplace_back(std::move(expression));
  return result;
}

Template Template::of_parts(std::vector<Part> parts) {
  Template result;
  std::string text;
  for (const Part& part : parts) {
    const auto* literal = std::get_if<std::string>(&part);
    result.literal_ = result.literal_ && literal;
    if (literal) text += *literal;
  }
  if (result.literal_) {
    result.value_ = Value(std::move(text));
  } else {
    result.parts_ = std::move(parts);
  }
  return result;
}

bool Template::reads(Slot slot) const {
  return std::ranges::any_of(parts_, [&](const Part& part) {
    const auto* expression = std::get_if<Expression>(&part);
    return expression && expression->reads(slot);
  });
}

Result<Value> Template::fill(const Context& context) const {
  if (literal_) return value_;
  if (whole_) return whole()->evaluate(context);
  TRY(std::string text, fill_text(context));
  return Value(std::move(text));
}

Result<std::string> Template::fill_text(const Context& context) const {
  if (literal_) return to_text(value_);
  std::string text;
  for (const Part& part : parts_) {
    if (const auto* literal = std::get_if<std::string>(&part)) {
      text += *literal;
      continue;
    }
    TRY(const Value value, evaluate_in_text(std::get<Expression>(part), context));
    text += to_text(value);
  }
  return text;
}

Template compile_text(const Node& node, std::string_view what, std::string_view remedy,
                      const Names& names, Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::scalar) return Template::compile(node, names, diagnostics);
  diagnostics.add(node.at, fmt::format("{} is text, this is {}", what, node.describe()),
                  std::string(remedy));
  return {};
}

Shape Shape::compile(const Node& node, const Names& names, Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::list) {
    std::vector<Shape> items;
    for (const Node& item : node.items) items.push_back(compile(item, names, diagnostics));
    return Shape{std::move(items)};
  }
  if (node.kind == Node::Kind::map) {
    std::vector<Entry> entries;
    for (const auto& [key, value] : node.entries) {
      entries.push_back({key.text, compile(value, names, diagnostics)});
    }
    return Shape{std::move(entries)};
  }
  return Shape{Template::compile(node, names, diagnostics)};
}

Result<Value> Shape::fill(const Context& context) const {
  if (const auto* scalar = std::get_if<Template>(&form)) return scalar->fill(context);
  if (const auto* items = std::get_if<std::vector<Shape>>(&form)) {
    base::List list;
    for (const Shape& item : *items) {
      TRY(Value value, item.fill(context));
      list.push_back(std::move(value));
    }
    return Value(std::move(list));
  }
  base::MapBuilder map;
  for (const Entry& entry : std::get<std::vector<Entry>>(form)) {
    TRY(Value value, entry.value.fill(context));
    map.set(entry.key, std::move(value));
  }
  return Value(map.build());
}

}  // namespace peregrine::lang
