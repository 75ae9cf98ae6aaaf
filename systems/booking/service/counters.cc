#include "booking/service/counters.h"

#include <fmt/format.h>

namespace peregrine::booking {

void Counters::count(std::string_view name, std::string_view outcome) {
  ++counts_[fmt::format("booking_{}_total{{outcome=\"{}\"}}", name, outcome)];
}

wire::Response Counters::page() const {
  std::string body;
  for (const auto& [name, count] : counts_) body += fmt::format("{} {}\n", name, count);
  return {.headers = {{"content-type", "text/plain; version=0.0.4"}}, .body = std::move(body)};
}

}  // namespace peregrine::booking
