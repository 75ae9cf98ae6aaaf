// `expect` of a step: patterns for what its verb sees, held against what each of that can be, so
// that an expectation which can never hold is a mistake before anything starts.
#pragma once

#include "lang/pattern.h"

namespace peregrine::lang {

// `name` is one of the parts that verbs see: `status`, `rows`, …
Pattern compile_expectation(std::string_view name, const Node& node, const Names& names,
                            Diagnostics& diagnostics);

}  // namespace peregrine::lang
