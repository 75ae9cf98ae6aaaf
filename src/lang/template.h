// Text with `${expr}` in it, and whole values made of such text.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lang/expression.h"
#include "lang/yaml.h"

namespace peregrine::lang {

// How a value reads inside a longer text: text and bytes as they are, instants in RFC 3339, all
// else as JSON.
std::string to_text(const base::Value& value);

// The value of an expression that stands inside of a longer text: null has no place there.
base::Result<base::Value> evaluate_in_text(const Expression& expression, const Context& context);

// A scalar as written. `${expr}` alone keeps the type of its value, a scalar without `${` is itself
// (a number, text, …), anything else is text.
class Template {
 public:
  using Part = std::variant<std::string, Expression>;

  // REQUIRES: a scalar or null. `from` is the byte of its text with which the template begins.
  static Template compile(const Node& scalar, const Names& names, Diagnostics& diagnostics,
                          size_t from = 0);

  base::Result<base::Value> fill(const Context& context) const;
  // The same as text.
  base::Result<std::string> fill_text(const Context& context) const;

  static Template of(base::Value value);
  // Text that is put together of these.
  static Template of_parts(std::vector<Part> parts);
  // `${expr}` alone.
  static Template of(Expression expression);
  // The value of a template without expressions, or null.
  const base::Value* literal() const { return literal_ ? &value_ : nullptr; }
  // The expression of `${expr}` alone, or null.
  const Expression* whole() const { return whole_ ? &std::get<Expression>(parts_[0]) : nullptr; }
  // Of what is no literal.
  const std::vector<Part>& parts() const { return parts_; }
  // Whether an expression in it mentions the name of this slot.
  bool reads(Slot slot) const;

 private:
  bool literal_ = true;
  base::Value value_;   // of a literal
  bool whole_ = false;  // `${expr}` alone: parts_ is that expression
  std::vector<Part> parts_;
};

// A template where there has to be text, which may be empty. Reports a list, a map or nothing:
// "`what` is text, this is a list"; `remedy` says what to write.
Template compile_text(const Node& node, std::string_view what, std::string_view remedy,
                      const Names& names, Diagnostics& diagnostics);

// Any YAML value with templates for scalars: a JSON body, data, headers.
struct Shape {
  struct Entry;
  std::variant<Template, std::vector<Shape>, std::vector<Entry>> form;

  static Shape compile(const Node& node, const Names& names, Diagnostics& diagnostics);
  base::Result<base::Value> fill(const Context& context) const;
};

struct Shape::Entry {
  std::string key;
  Shape value;
};

// Text in pieces: what stands between its `${…}` and what stands in them.
struct Piece {
  size_t offset;          // of `text` in the whole
  std::string_view text;  // without `${` and `}`
  bool expression;
  bool ends = true;  // an expression without its `}` goes on to the end of the text
};
std::vector<Piece> split_pieces(std::string_view text, size_t from = 0);

// Compiles a piece that is an expression; reports one that is empty or has no end.
std::optional<Expression> compile_piece(const Node& scalar, const Piece& piece, const Names& names,
                                        Diagnostics& diagnostics, This self = This::unknown);

}  // namespace peregrine::lang
