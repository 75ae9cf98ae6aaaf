#include "trial/race/serial_orders.h"

#include <algorithm>

namespace peregrine::trial {

SerialOrders::SerialOrders(size_t contenders) : possible_(contenders <= kMostContenders) {
  if (!possible_) return;
  for (size_t mask = 1; mask < size_t{1} << contenders; ++mask) {
    std::vector<size_t> some;
    for (size_t i = 0; i < contenders; ++i) {
      if (mask >> i & 1) some.push_back(i);
    }
    do {
      orders_.push_back(some);
    } while (std::ranges::next_permutation(some).found);
  }
  std::ranges::sort(orders_, [](const auto& one, const auto& other) {
    return one.size() != other.size() ? one.size() > other.size() : one < other;
  });
}

std::optional<std::vector<size_t>> SerialOrders::next() {
  if (at_ == orders_.size()) return std::nullopt;
  return orders_[at_++];
}

}  // namespace peregrine::trial
