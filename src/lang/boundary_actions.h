// What steps say to the clock and to third parties.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/time.h"
#include "lang/template.h"

namespace peregrine::lang {

// `calcom: put`: what a third party does, or its user there.
struct ThirdPartyAction {
  std::string provider;
  std::string action;
  std::optional<Shape> with;
};

// `sent: calcom POST /v2/bookings`, or the route's name.
struct SentAction {
  std::string provider;
  std::string route;
};

// `fail: calcom`, of one route or of all.
struct FailAction {
  std::string provider;
  std::string route;                   // empty: all
  std::string failure;                 // a reply's name, timeout, reset, slow or garbage
  std::optional<int64_t> times;        // so many requests,
  std::optional<base::Duration> span;  // or so long; neither: until the play ends
};

// `clock: +31d`, `clock: 2025-10-26 08:59:58`.
struct ClockAction {
  struct Jump {
    int64_t count;
    std::string unit;  // as `plus` names it: "months"
  };
  std::variant<Jump, base::WallTime, Template> to;
  std::optional<base::Duration> every;
};

}  // namespace peregrine::lang
