// Expressions: CEL (github.com/google/cel-spec, langdef.md) without protobuf messages, with
// Peregrine's own functions. They always end, and touch nothing outside of what they are given.
//
//   caller.phone    rows[0].id    json.items.all(i, i.price > 0)    or(env.PORT, 8080)
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "lang/context.h"
#include "lang/names.h"
#include "lang/yaml.h"

namespace peregrine::lang {

namespace cel {
struct Program;
}

// A compiled expression. Immutable; copies share it; may be evaluated by many players.
struct Expression {
  std::shared_ptr<const cel::Program> program;
  std::string text;  // as written, for messages

  // Fails when a key, an index or an argument is not what the expression needs; with
  // Code::not_found for what is absent, Code::limit when it takes too long.
  base::Result<base::Value> evaluate(const Context& context) const;
  // Whether it mentions the name of this slot.
  bool reads(Slot slot) const;
  bool reads_this() const;
  // Whether it is the same each time, unless one of the slots that change is among its names.
  bool is_steady(const std::function<bool(Slot)>& changes) const;
  // Whether it may give true or false, as far as can be known before it runs.
  bool may_be_bool() const;
  // What it always is, whatever the slots hold; null if that is not known.
  const base::Value* constant() const;
};

// Whether an expression may speak of `this`: the value that an expectation looks at.
enum class This { unknown, known };

// Compiles the text of one expression, which begins at byte `offset` of the scalar. Mistakes go to
// `diagnostics`; then there is no expression.
std::optional<Expression> compile_expression(std::string_view text, const Node& scalar,
                                             size_t offset, const Names& names,
                                             Diagnostics& diagnostics, This self = This::unknown);

}  // namespace peregrine::lang
