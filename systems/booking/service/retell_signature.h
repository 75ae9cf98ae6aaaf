// Retell signs each webhook: x-retell-signature: v=<Unix ms>,d=<hex HMAC-SHA256(key, body + ms)>.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace peregrine::booking {

// A signature older than this, or from further ahead, is refused: it may be a replay.
inline constexpr base::Duration kSignatureTolerance = std::chrono::minutes(5);

// Success if the header is Retell's signature of this body; else Code::refused, with the reason.
base::Result<> verify_retell_signature(std::string_view header, std::string_view body,
                                       std::string_view key, base::WallTime now);

}  // namespace peregrine::booking
