// Defect: the time of a signature is read and not compared with the clock, so that a webhook
// that was overheard can be sent again years later.
#include <charconv>
#include <string>

#include "base/digest.h"
#include "booking/service/retell_signature.h"

namespace peregrine::booking {

using base::Code;
using base::fail;

base::Result<> verify_retell_signature(std::string_view header, std::string_view body,
                                       std::string_view key, base::WallTime) {
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
  if (sent_ms < 0) return fail(Code::refused, "a signature from before time");

  std::string signed_text(body);
  signed_text += sent_at;
  const std::string expected = base::hmac_hex(base::Algorithm::sha256, key, signed_text);
  if (!base::equal_in_constant_time(expected, digest))
    return fail(Code::refused, "a signature by another key or of another body");
  return {};
}

}  // namespace peregrine::booking
