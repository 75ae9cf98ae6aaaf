#include "booking/service/phone.h"

namespace peregrine::booking {
namespace {

// ITU-T E.164: at most 15 digits; no country has numbers of fewer than 7.
constexpr size_t kFewestDigits = 7;
constexpr size_t kMostDigits = 15;

}  // namespace

std::optional<std::string> normalised_phone(std::string_view text) {
  if (text.starts_with('+'))
    text.remove_prefix(1);
  else if (text.starts_with("00"))
    text.remove_prefix(2);
  else
    return std::nullopt;
  std::string out = "+";
  for (char c : text) {
    if (c >= '0' && c <= '9')
      out += c;
    else if (std::string_view(" -/().").find(c) == std::string_view::npos)
      return std::nullopt;
  }
  const size_t digits = out.size() - 1;
  if (digits < kFewestDigits || digits > kMostDigits || out[1] == '0') return std::nullopt;
  return out;
}

}  // namespace peregrine::booking
