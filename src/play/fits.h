// Whether a value fits a pattern, for those who only decide: a provider, of its requests.
#pragma once

#include "base/result.h"
#include "base/value.h"
#include "lang/pattern.h"

namespace peregrine::play {

// `actual` is null for what is absent. Fails as match() does.
base::Result<bool> fits(const lang::Pattern& pattern, const base::Value* actual,
                        const lang::Context& context);

}  // namespace peregrine::play
