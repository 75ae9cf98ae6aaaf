// `loads:` of a system: many users, who play a mix of journeys.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "lang/source.h"

namespace peregrine::lang {

struct LoadSpec {
  struct Part {
    std::string path;  // of a journey, as Source::path() has it
    double weight;
  };

  std::string name;
  Place at;
  std::vector<Part> mix;
  // One of these: so many users in turn, or so many arrivals a second (the open model).
  std::optional<int64_t> users;
  std::optional<double> rate_per_second;
  // One of these says when it ends.
  std::optional<base::Duration> duration;
  std::optional<int64_t> iterations;
  std::optional<std::pair<base::Duration, base::Duration>> think;  // between steps, from and to
};

}  // namespace peregrine::lang
