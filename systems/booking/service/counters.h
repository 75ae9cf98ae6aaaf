// What the service has counted since it began, for GET /metrics.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "wire/http_message.h"

namespace peregrine::booking {

class Counters {
 public:
  // "calls" with the label "completed" is booking_calls_total{outcome="completed"}. REQUIRES: names
  // and outcomes are the program's own words, so that there are few.
  void count(std::string_view name, std::string_view outcome);

  // In the text format of Prometheus, in the order of the names.
  wire::Response page() const;

 private:
  std::map<std::string, uint64_t, std::less<>> counts_;
};

}  // namespace peregrine::booking
