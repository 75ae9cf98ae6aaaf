#include "booking/service/rows.h"

#include <charconv>

#include "base/check.h"

namespace peregrine::booking {

std::optional<Id> first_cell(const net::Rows& rows) {
  if (rows.cells.empty() || rows.cells[0].empty()) return std::nullopt;
  return rows.cells[0][0];
}

base::WallTime instant_of_epoch(const std::string& seconds) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), count);
  base::check(error == std::errc() && *end == '\0', "an epoch in whole seconds");
  return base::WallTime(std::chrono::seconds(count));
}

}  // namespace peregrine::booking
