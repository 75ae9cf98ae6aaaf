// Expressions: the part of CEL (github.com/google/cel-spec, langdef.md) that the language needs so
// far: literals, names, members, indices and calls of functions. They always end, and touch nothing
// outside of what they are given.
//
//   caller.phone    rows[0].id    hmac('sha256', secret, body)    or(env.PORT, 8080)
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "lang/names.h"
#include "lang/yaml.h"

namespace peregrine::lang {

// What an evaluation may look at and draw from.
struct Context {
  std::span<const base::Value> slots;
  base::Random* random = nullptr;
  base::WallTime now{};
};

struct Function;

// A compiled expression. Immutable; may be shared by many players.
struct Expression {
  struct Literal {
    base::Value value;
  };
  struct Name {
    Slot slot;
  };
  struct Member {
    std::unique_ptr<Expression> of;
    std::string key;
  };
  struct Index {
    std::unique_ptr<Expression> of;
    std::unique_ptr<Expression> at;
  };
  struct Call {
    const Function* function;
    std::vector<Expression> arguments;
  };

  std::variant<Literal, Name, Member, Index, Call> node;
  std::string text;  // as written, for messages

  // Fails when a key, an index or an argument is not what the expression needs.
  base::Result<base::Value> evaluate(const Context& context) const;
  bool reads(Slot slot) const;
};

// Longest text of an expression, and how deep its parts may lie inside each other.
inline constexpr size_t kLongestExpression = 10'000;
inline constexpr int kDeepestExpression = 32;

// Compiles the text of one expression, which begins at byte `offset` of the scalar. Mistakes go to
// `diagnostics`; then there is no expression.
std::optional<Expression> compile_expression(std::string_view text, const Node& scalar,
                                             size_t offset, const Names& names,
                                             Diagnostics& diagnostics);

}  // namespace peregrine::lang
