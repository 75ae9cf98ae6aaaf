// Digests and signatures over bytes, by OpenSSL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace peregrine::base {

enum class Algorithm { sha1, sha256, sha512 };

// HMAC (RFC 2104) in lower-case hex.
std::string hmac_hex(Algorithm algorithm, std::string_view key, std::string_view message);
// SHA-256 (FIPS 180-4) in lower-case hex.
std::string sha256_hex(std::string_view message);

// SHA-1 (FIPS 180-4), its 20 bytes: for protocols that ask for it, not for secrets.
std::string sha1(std::string_view message);

// RFC 4648, section 4, with padding.
std::string base64(std::string_view bytes);
// The bytes of such a text; nothing if it is not exactly what base64() would have written.
std::optional<std::string> base64_decoded(std::string_view text);

// Takes equally long wherever texts of one length differ, so that a signature cannot be guessed
// byte by byte.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace peregrine::base
