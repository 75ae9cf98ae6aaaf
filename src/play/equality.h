// When a value of the outside equals one that a journey names: instants as instants, however a text
// of either side writes them; bytes as they are shown; everything else as Value has it.
#pragma once

#include <optional>
#include <utility>

#include "base/value.h"

namespace peregrine::play {

// Deep.
bool equal(const base::Value& wanted, const base::Value& actual);

// Both as instants, when one of them is an instant and the other an instant or the text of one.
std::optional<std::pair<base::WallTime, base::WallTime>> as_instants(const base::Value& a,
                                                                     const base::Value& b);

}  // namespace peregrine::play
