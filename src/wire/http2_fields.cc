#include "wire/http1_line.h"
#include "wire/http2_session.h"

namespace peregrine::wire::http2 {

using base::Code;
using base::fail;
using base::Result;

namespace {

// Section 8.2.2; and Content-Length, which is set from the body, and Host, which is `:authority`.
bool is_left_out(const Header& header) {
  static constexpr std::string_view kNames[] = {
      "Host",    "Connection", "Content-Length",   "Transfer-Encoding",
      "Upgrade", "Keep-Alive", "Proxy-Connection", "HTTP2-Settings"};
  for (const std::string_view name : kNames) {
    if (same_ignoring_case(header.name, name)) return true;
  }
  return same_ignoring_case(header.name, "TE") && !same_ignoring_case(header.value, "trailers");
}

// A value has no white space at its ends (section 8.2.1).
std::string_view trimmed(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return value;
}

// nghttp2 reads only, though its type says otherwise.
uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
}

}  // namespace

void append_field(std::vector<nghttp2_nv>& list, std::string_view name, std::string_view value) {
  // Credentials are never put into a table that outlives them (RFC 7541 section 7.1.3).
  const bool secret = same_ignoring_case(name, "Authorization");
  list.push_back({bytes_of(name), bytes_of(value), name.size(), value.size(),
                  static_cast<uint8_t>(secret ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE)});
}

void append_fields(std::vector<nghttp2_nv>& list, const Headers& headers) {
  for (const Header header : headers) {
    if (!is_left_out(header)) append_field(list, header.name, trimmed(header.value));
  }
}

Result<> check_fields(const Headers& headers) {
  for (const Header header : headers) {
    if (!http1::is_token(header.name)) {
      return fail(Code::invalid, "{} cannot be the name of a header", http1::excerpt(header.name));
    }
    if (!http1::is_field_text(header.value)) {
      return fail(Code::invalid,
                  "the header {} cannot have the value {}: it holds a control character",
                  header.name, http1::excerpt(header.value));
    }
  }
  return {};
}

void join_cookies(Headers& headers) {
  constexpr std::string_view kCookie = "cookie";
  const size_t first = headers.find_place(kCookie);
  if (headers.find_place(kCookie, first + 1) >= headers.size()) return;
  std::string all;
  for (const Header header : headers) {
    if (!same_ignoring_case(header.name, kCookie)) continue;
    if (!all.empty()) all += "; ";
    all += header.value;
  }
  headers.set(kCookie, all);
}

}  // namespace peregrine::wire::http2
