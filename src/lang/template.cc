#include "lang/template.h"

#include <fmt/core.h>

#include "base/json.h"

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

std::vector<Piece> split_pieces(std::string_view text) {
  std::vector<Piece> pieces;
  size_t at = 0;
  while (at < text.size()) {
    const size_t begin = text.find("${", at);
    if (begin != at) pieces.push_back({at, text.substr(at, begin - at), false});
    if (begin == std::string_view::npos) break;
    const size_t end = end_of_expression(text, begin + 2);
    const bool ends = end < text.size();
    pieces.push_back({begin + 2, ends ? text.substr(begin + 2, end - begin - 2) : "", true});
    at = end + 1;
  }
  return pieces;
}

Place place_within(const Node& scalar, size_t offset) {
  Place at = scalar.at;
  const std::string_view line = at.source ? at.source->line(at.line) : std::string_view();
  const size_t found = line.find(scalar.text, static_cast<size_t>(at.column - 1));
  if (found != std::string_view::npos) at.column = static_cast<int>(found + offset) + 1;
  at.length = 1;
  return at;
}

std::optional<Expression> compile_piece(const Node& scalar, const Piece& piece, const Names& names,
                                        Diagnostics& diagnostics) {
  if (piece.text.empty()) {
    diagnostics.add(place_within(scalar, piece.offset - 2),
                    "`${` without an expression and its `}`",
                    "in a plain value inside braces, quote it: \"${…}\"");
    return std::nullopt;
  }
  return compile_expression(piece.text, place_within(scalar, piece.offset), names, diagnostics);
}

std::string to_text(const Value& value) {
  if (value.is_text()) return value.as_text();
  if (value.kind() == base::Kind::bytes) return value.as_bytes();
  return base::to_json(value);
}

Template Template::compile(const Node& scalar, const Names& names, Diagnostics& diagnostics) {
  Template result;
  if (scalar.text.find("${") == std::string::npos) {
    result.value_ = scalar_value(scalar);
    return result;
  }
  for (const Piece& piece : split_pieces(scalar.text)) {
    if (!piece.expression) {
      result.parts_.emplace_back(std::string(piece.text));
    } else if (auto expression = compile_piece(scalar, piece, names, diagnostics)) {
      result.parts_.emplace_back(*std::move(expression));
    }
  }
  result.whole_ = result.parts_.size() == 1 && scalar.text.starts_with("${") &&
                  scalar.text.ends_with("}") &&
                  std::holds_alternative<Expression>(result.parts_[0]);
  return result;
}

Result<Value> Template::fill(const Context& context) const {
  if (parts_.empty()) return value_;
  if (whole_) return std::get<Expression>(parts_[0]).evaluate(context);
  TRY(std::string text, fill_text(context));
  return Value(std::move(text));
}

Result<std::string> Template::fill_text(const Context& context) const {
  if (parts_.empty()) return to_text(value_);
  std::string text;
  for (const Part& part : parts_) {
    if (const auto* literal = std::get_if<std::string>(&part)) {
      text += *literal;
      continue;
    }
    const Expression& expression = std::get<Expression>(part);
    TRY(const Value value, expression.evaluate(context));
    if (value.is_null()) {
      return base::fail(base::Code::not_found, "`{}` is null here", expression.text);
    }
    text += to_text(value);
  }
  return text;
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
