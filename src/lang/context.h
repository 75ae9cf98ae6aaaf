// What an evaluation may look at and draw from.
#pragma once

#include <span>
#include <string_view>

#include "base/random.h"
#include "base/time.h"
#include "base/value.h"

namespace peregrine::lang {

// What the objects of a provider refer to, for `expand(object, names)`.
class References {
 public:
  References() = default;
  References(const References&) = delete;
  References& operator=(const References&) = delete;
  virtual ~References() = default;

  // What this field of an object refers to; what the field holds if it is no reference.
  virtual base::Value follow(const base::Map& object, std::string_view field) const = 0;
};

struct Context {
  std::span<const base::Value> slots;
  base::Random* random = nullptr;
  base::WallTime now{};
  std::string_view zone = "UTC";           // where days and months begin
  const base::Value* self = nullptr;       // what `this` is; null where there is no `this`
  const References* references = nullptr;  // null where there are no providers' objects
};

}  // namespace peregrine::lang
