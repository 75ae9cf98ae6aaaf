// How often a request to a third party is tried, and how long is waited in between.
//
// Worth another attempt: 429, 5xx, a timeout, a connection that failed. Not: every other answer,
// for the same request would get it again. The pauses double from kFirstPause; a Retry-After in
// seconds makes one longer, up to kLongestPause.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "wire/http_message.h"

namespace peregrine::booking {

inline constexpr int kAttempts = 4;
inline constexpr base::Duration kFirstPause = std::chrono::milliseconds(100);
inline constexpr base::Duration kLongestPause = std::chrono::seconds(5);

class Patience {
 public:
  // What an attempt came to. The pause before the next, or nothing: none helps, or none is left.
  std::optional<base::Duration> after(const base::Result<wire::Response>& attempt);

  int attempts() const { return attempts_; }
  // An attempt may have been carried out although nobody said so: it was sent, and answered with
  // 5xx or not at all. Then the same must not be asked for again before looking.
  bool unsure() const { return unsure_; }

 private:
  int attempts_ = 0;
  bool unsure_ = false;
};

}  // namespace peregrine::booking
