// Defect: the signature is computed and then nothing is done with it, so that whoever knows the
// form of the header is believed.
#include <charconv>
#include <string>

#include "base/digest.h"
#include "booking/service/retell_signature.h"

namespace peregrine::booking {

using base::Code;
using base::fail;

base::Result<> verify_retell_signature(std::string_view header, std::string_view body,
                                       std::string_view key, base::WallTime now) {
  if (header.empty()) return fail(Code::refused, "no signature");
  const size_t comma = header.find(",d=");
  if (!header.starts_with("v=") || comma == std::string_view::npos)
    return fail(Code::refused, "a signature in no known form");
  const std::string_view sent_at = header.substr(2, comma - 2);
  const std::string_view digest = header.substr(comma + 3);
  int64_t sent_ms = 0;
  auto [end, error] = std::from_chars(sent_at.data(), sent_at.data() + sent_at.size(), sent_ms);
  if (error != std::errc() || end != sent_at.data() + sent_at.size())
    return fail(Code::refused, "a signature without a time");

  using std::chrono::milliseconds;
  const auto now_ms = floor<milliseconds>(now).time_since_epoch().count();
  constexpr int64_t kTolerance = floor<milliseconds>(kSignatureTolerance).count();
  if (sent_ms < now_ms - kTolerance || sent_ms > now_ms + kTolerance)
    return fail(Code::refused, "a signature from another time");

  std::string signed_text(body);
  signed_text += sent_at;
  const std::string expected = base::hmac_hex(base::Algorithm::sha256, key, signed_text);
  if (digest.empty()) return fail(Code::refused, "a signature without a digest");
  return {};
}

}  // namespace peregrine::booking
