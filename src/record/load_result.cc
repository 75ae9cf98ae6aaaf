#include "record/load_result.h"

#include <algorithm>

namespace peregrine::record {

bool LoadResult::thresholds_held() const {
  return limit ? limit->held.has_value() : std::ranges::all_of(thresholds, &LoadThreshold::held);
}

bool LoadResult::generator_is_slow() const {
  constexpr double kMostShare = 0.95;  // of a processor: it has one loop
  constexpr base::Duration kMostLag = std::chrono::milliseconds(5);
  return generator.cpu_share(measured) > kMostShare || generator.lag.at(0.99) > kMostLag;
}

}  // namespace peregrine::record
