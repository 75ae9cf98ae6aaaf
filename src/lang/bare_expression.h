// Keys that can only hold an expression hold it bare, without `${}`: `when: amount > 3`.
#pragma once

#include <optional>
#include <string_view>

#include "lang/expression.h"

namespace peregrine::lang {

// `key` is how it is written, `example` an expression that fits there. None when there is a
// mistake; it is in `diagnostics`.
std::optional<Expression> compile_bare(const Node& node, std::string_view key,
                                       std::string_view example, const Names& names,
                                       Diagnostics& diagnostics, This self = This::unknown);

}  // namespace peregrine::lang
