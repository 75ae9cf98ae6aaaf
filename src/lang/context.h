// What an evaluation may look at and draw from.
#pragma once

#include <span>
#include <string_view>

#include "base/random.h"
#include "base/time.h"
#include "base/value.h"

namespace peregrine::lang {

struct Context {
  std::span<const base::Value> slots;
  base::Random* random = nullptr;
  base::WallTime now{};
  std::string_view zone = "UTC";      // where days and months begin
  const base::Value* self = nullptr;  // what `this` is; null where there is no `this`
};

}  // namespace peregrine::lang
