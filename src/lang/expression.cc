#include "lang/expression.h"

#include <algorithm>

#include "lang/cel/compile.h"
#include "lang/cel/special.h"

namespace peregrine::lang {

using base::Result;
using base::Value;

Result<Value> Expression::evaluate(const Context& context) const {
  Result<Value> value = program->evaluate(context);
  if (value && program->may_be_special) return cel::plain(*value);
  return value;
}

bool Expression::reads(Slot slot) const { return std::ranges::binary_search(program->reads, slot); }

const Value* Expression::constant() const { return cel::literal(*program->root); }

std::optional<Expression> compile_expression(std::string_view text, const Place& at,
                                             const Names& names, Diagnostics& diagnostics) {
  auto program = cel::compile(text, names);
  if (program) {
    return Expression{std::make_shared<const cel::Program>(*std::move(program)), std::string(text)};
  }
  const cel::Mistake& mistake = program.error();
  Place place = at;
  place.column += static_cast<int>(mistake.at.begin);
  place.length =
      static_cast<int>(std::max(mistake.at.end, mistake.at.begin + 1) - mistake.at.begin);
  diagnostics.add(place, mistake.message, mistake.remedy);
  return std::nullopt;
}

}  // namespace peregrine::lang
