// One-time passwords that change with time: TOTP (RFC 6238) over HOTP (RFC 4226).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/time.h"

namespace peregrine::base {

inline constexpr int kMaxTotpDigits = 10;  // of 31 bits

struct TotpOptions {
  Algorithm algorithm = Algorithm::sha1;
  int digits = 6;
  int64_t period_s = 30;
};

// The code of the period that holds `at`. REQUIRES: 1 to kMaxTotpDigits digits, a period of at
// least a second, an instant from 1970 on.
std::string totp(std::string_view secret, WallTime at, const TotpOptions& options = {});

}  // namespace peregrine::base
