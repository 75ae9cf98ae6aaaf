// Which elements of a list are the expected ones, where some are missing or too many.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "play/pairing.h"

namespace peregrine::play {

// Pairs of an item and an element that fits it, as many as there can be without changing the order
// of either: a longest common subsequence, by its table (O(items * elements)).
std::vector<std::pair<size_t, size_t>> align(const Fitting& fitting, size_t elements);

}  // namespace peregrine::play
