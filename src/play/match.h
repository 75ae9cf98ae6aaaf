// Does a value fit a pattern, and if not, where does it differ?
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "lang/pattern.h"
#include "record/results.h"

namespace peregrine::play {

// Compares. `actual` is null for what is absent. Each difference is added to `mismatches` under
// `path`; at most kMostMismatches of them. Fails when the pattern's own expressions cannot be
// evaluated.
inline constexpr size_t kMostMismatches = 20;
base::Result<> match(const lang::Pattern& pattern, const base::Value* actual,
                     const lang::Context& context, std::string_view path,
                     std::vector<record::Mismatch>& mismatches);

// A value as people read it in a report: text bare unless it could be mistaken, bounded.
std::string show(const base::Value& value);

}  // namespace peregrine::play
