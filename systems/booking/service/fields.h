// Reading JSON that came from outside: each takes a field, or fails (Code::invalid) with what is
// wrong with it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace peregrine::booking {

// Whatever is there, but null.
base::Result<base::Value> part(const base::Value& in, std::string_view key);
// 1 to 200 bytes, none of them zero.
base::Result<std::string> text(const base::Value& in, std::string_view key);
// A whole number from 1, as text.
base::Result<std::string> id(const base::Value& in, std::string_view key);

}  // namespace peregrine::booking
