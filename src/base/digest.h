// Digests and signatures over bytes, by OpenSSL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace peregrine::base {

enum class Algorithm { sha1, sha256, sha384, sha512 };

// By its name here: "sha256".
std::optional<Algorithm> algorithm_named(std::string_view name);

// HMAC (RFC 2104), its bytes; and in lower-case hex.
std::string hmac(Algorithm algorithm, std::string_view key, std::string_view message);
std::string hmac_hex(Algorithm algorithm, std::string_view key, std::string_view message);
// SHA-256 (FIPS 180-4): its 32 bytes; and in lower-case hex.
std::string sha256(std::string_view message);
std::string sha256_hex(std::string_view message);

// SHA-1 (FIPS 180-4), its 20 bytes: for protocols that ask for it, not for secrets.
std::string sha1(std::string_view message);

// RFC 4648, section 4, with padding.
std::string base64(std::string_view bytes);
// The bytes of such a text; nothing if it is not exactly what base64() would have written.
std::optional<std::string> base64_decoded(std::string_view text);

// RFC 4648, section 5, without padding: for URLs, and for tokens.
std::string base64url(std::string_view bytes);
// The bytes of such a text; nothing if it is not exactly what base64url() would have written.
std::optional<std::string> base64url_decoded(std::string_view text);

// The bytes of base32 (RFC 4648, section 6) as people type it: in any case, with or without
// padding, in groups with blanks or '-' between. Nothing for other characters, or a part of a byte.
std::optional<std::string> base32_decoded(std::string_view text);

// Takes equally long wherever texts of one length differ, so that a signature cannot be guessed
// byte by byte.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace peregrine::base
