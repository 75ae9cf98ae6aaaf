// `<int>`, `<uuid>`, …: the kinds that an expectation may ask for.
#pragma once

#include <string_view>

#include "base/value.h"

namespace peregrine::play {

// `actual` is null for what is absent, which is of the kinds `none` and `null` alone.
// REQUIRES: `kind` is one that lang/pattern.cc accepts.
bool is_of_kind(const base::Value* actual, std::string_view kind);

}  // namespace peregrine::play
