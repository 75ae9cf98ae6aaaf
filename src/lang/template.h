// Text with `${expr}` in it, and whole values made of such text.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lang/expression.h"
#include "lang/yaml.h"

namespace peregrine::lang {

// How a value reads inside a longer text: text and bytes as they are, all else as JSON.
std::string to_text(const base::Value& value);

// A scalar as written. `${expr}` alone keeps the type of its value, a scalar without `${` is itself
// (a number, text, …), anything else is text.
class Template {
 public:
  using Part = std::variant<std::string, Expression>;

  static Template compile(const Node& scalar, const Names& names, Diagnostics& diagnostics);

  base::Result<base::Value> fill(const Context& context) const;
  // The same as text.
  base::Result<std::string> fill_text(const Context& context) const;

  bool literal() const { return !whole_ && parts_.empty(); }
  // The parts of text with expressions in it, in order; empty for a literal.
  const std::vector<Part>& parts() const { return parts_; }

 private:
  base::Value value_;   // of a literal
  bool whole_ = false;  // `${expr}` alone: parts_ is that expression
  std::vector<Part> parts_;
};

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
  std::string_view text;  // without `${` and `}`; empty when the expression has no end
  bool expression;
};
std::vector<Piece> split_pieces(std::string_view text);

// Compiles a piece that is an expression; reports one that has no end.
std::optional<Expression> compile_piece(const Node& scalar, const Piece& piece, const Names& names,
                                        Diagnostics& diagnostics);

// Where byte `offset` of a scalar's text stands in the file. Exact for scalars on one line; for
// others it is the place where the scalar begins.
Place place_within(const Node& scalar, size_t offset);

}  // namespace peregrine::lang
