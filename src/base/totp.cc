#include "base/totp.h"

#include <fmt/format.h>

#include "base/check.h"

namespace peregrine::base {

std::string totp(std::string_view secret, WallTime at, const TotpOptions& options) {
  const int64_t seconds = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
  check(options.digits >= 1 && options.digits <= kMaxTotpDigits && options.period_s >= 1 &&
        seconds >= 0);
  auto counter = static_cast<uint64_t>(seconds / options.period_s);
  std::string message(8, '\0');  // the counter, its highest byte first
  for (size_t i = message.size(); i-- > 0; counter >>= 8) message[i] = static_cast<char>(counter);
  const std::string code = hmac(options.algorithm, secret, message);
  // RFC 4226, section 5.3: the last four bits say where the 31 bits begin that count.
  const size_t offset = static_cast<unsigned char>(code.back()) & 15;
  uint64_t number = 0;
  for (size_t i = 0; i < 4; ++i)
    number = number << 8 | static_cast<unsigned char>(code[offset + i]);
  number &= 0x7fff'ffff;
  uint64_t modulus = 1;
  for (int i = 0; i < options.digits; ++i) modulus *= 10;
  return fmt::format("{:0{}}", number % modulus, options.digits);
}

}  // namespace peregrine::base
