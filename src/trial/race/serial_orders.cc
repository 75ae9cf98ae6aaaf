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

std::vector<std::string> SerialOrders::differences(const std::string& end) const {
  std::optional<std::vector<std::string>> fewest;
  for (const std::string& other : ends_) {
    std::vector<std::string> differing;
    for (const auto* one : {&end, &other}) {
      const std::string& against = one == &end ? other : end;
      for (size_t at = 0; at < one->size();) {
        const size_t stop = std::min(one->find('\n', at), one->size());
        const std::string line = one->substr(at, stop - at);
        at = stop + 1;
        const std::string name = line.substr(0, line.rfind(' '));
        const bool known = ("\n" + against).contains("\n" + line + "\n");
        if (!known && std::ranges::find(differing, name) == differing.end()) {
          differing.push_back(name);
        }
      }
    }
    if (!fewest || differing.size() < fewest->size()) fewest = std::move(differing);
  }
  return fewest.value_or(std::vector<std::string>());
}

std::optional<std::vector<size_t>> SerialOrders::next() {
  if (at_ == orders_.size()) return std::nullopt;
  return orders_[at_++];
}

}  // namespace peregrine::trial
