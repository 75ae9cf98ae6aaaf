// Who goes with whom: items of an unordered list and the elements that fit them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace peregrine::play {

// For each item the elements that fit it.
using Fitting = std::vector<std::vector<size_t>>;

struct Pairing {
  std::vector<std::optional<size_t>> partner;  // of each item
  std::vector<bool> taken;                     // of each element
};

// As many pairs as can be: an item that fits several elements gives way to one that fits a single
// one. A maximum matching by augmenting paths (Kuhn's algorithm, O(items * fits)).
Pairing pair(const Fitting& fitting, size_t elements);

}  // namespace peregrine::play
