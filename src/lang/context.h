// What an evaluation may look at and draw from.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/random.h"
#include "base/time.h"
#include "base/value.h"

namespace peregrine::lang {

// Finds the elements of a list by their ids without looking at each.
class Finder {
 public:
  Finder() = default;
  virtual ~Finder() = default;
  // Where the one with this id, or with an id of the same text, is.
  virtual std::optional<size_t> find(const base::Value& id) const = 0;

 protected:
  Finder(const Finder&) = default;
  Finder& operator=(const Finder&) = default;
};

// The objects of a provider: what they refer to, for `expand(object, names)`, and who finds them,
// for `find(list, id)`.
class References {
 public:
  References() = default;
  References(const References&) = delete;
  References& operator=(const References&) = delete;
  virtual ~References() = default;

  // What this field of an object refers to; what the field holds if it is no reference.
  virtual base::Value follow(const base::Map& object, std::string_view field) const = 0;
  // Null for a list that is not the objects of a resource. Valid until these change.
  virtual const Finder* finder(const base::List& list) const = 0;
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
