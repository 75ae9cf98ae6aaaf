// Absolute URLs of http and https, taken apart (RFC 3986), and percent-encoding.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace peregrine::net {

// No URL that is longer is taken, so that a mistake elsewhere does not become a request.
inline constexpr size_t kMaxUrlBytes = 8 * 1024;

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // as written, in lower case; an IPv6 address without its brackets
  uint16_t port = 0;   // the scheme's own if none was written
  std::string path;    // percent-encoded as it was, at least "/"
  std::string query;   // the same, without '?'; empty if there is none

  // What a request line says: the path with its query.
  std::string target() const;
  // What a Host header says: the port only if it is not the scheme's own.
  std::string authority() const;
  // The whole of it.
  std::string to_string() const;
};

// "http://host:port/path?query#fragment". A fragment is checked and dropped: it is never sent.
// Refused with Code::invalid: other schemes, user:password@, characters that must be encoded.
base::Result<Url> parse_url(std::string_view text);

// What is spoken to where a URL names no port (RFC 9110 section 4.2).
constexpr uint16_t usual_http_port(bool tls) { return tls ? 443 : 80; }

// "host", "host:8080", "[::1]:8080"; without the port if it is `usual_port`.
std::string to_authority(std::string_view host, uint16_t port, uint16_t usual_port);

// Everything but letters, digits and "-._~" becomes %XX (RFC 3986 section 2.3): the result can
// stand as one segment of a path, or as one name or value of a query.
std::string percent_encode(std::string_view text);
// Fails with Code::invalid at a '%' without two hexadecimal digits.
base::Result<std::string> percent_decode(std::string_view text);

}  // namespace peregrine::net
