// What to say of two values that differ, beside showing both.
#pragma once

#include <string>

#include "base/value.h"

namespace peregrine::play {

// "2 more", "1 h earlier", "text was expected, this is a number"; of texts, see text_difference.h.
// Several lines for some, without a newline at the end; empty when nothing is to be said. How
// actual stands to wanted. REQUIRES: the values differ.
std::string explain(const base::Value& wanted, const base::Value& actual);

}  // namespace peregrine::play
