// Header lines, and what the header section says about the body's length (RFC 9112 sections 5, 6).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "wire/http_message.h"

namespace peregrine::wire::http1 {

// Adds the field of one header line, without CRLF. Refuses folded lines, space before the colon and
// control characters.
base::Result<> parse_field(std::string_view line, Headers& into);

// The same for as many lines at the front of `input` as are whole and plain, with their CRLF: how
// many bytes were taken. What is left is to be looked at line by line: the end of the headers, a
// part of a line, a mistake, or what would break a limit.
struct FieldLimits {
  size_t count;       // of fields in `into`
  size_t line_bytes;  // of one
  size_t bytes;       // of all that are taken, without their CRLF
};
size_t take_plain_fields(std::string_view input, const FieldLimits& limits, Headers& into);

// How the end of a body is found.
struct Framing {
  enum class Kind { none, length, chunked, until_close };
  Kind kind = Kind::none;
  uint64_t length = 0;  // of Kind::length
};

// What Content-Length and Transfer-Encoding say (RFC 9112 section 6.3). Kind::none if neither is
// there. Refused are all header sections that two recipients could read differently: both fields,
// lengths that differ, codings other than one `chunked`, a coding in HTTP/1.0.
base::Result<Framing> declared_framing(const Headers& headers, int minor_version);

// "HTTP/1.1" is 1, "HTTP/1.0" is 0, all else is refused.
base::Result<int> parse_version(std::string_view text);

// Whether the connection may be used for another message (RFC 9112 section 9.3).
bool keeps_alive(const Headers& headers, int minor_version);

}  // namespace peregrine::wire::http1
