#include "wire/http1_fields.h"

#include <charconv>
#include <optional>

#include "wire/http1_line.h"

namespace peregrine::wire::http1 {

using base::Code;
using base::fail;
using base::Result;

namespace {

std::string_view without_outer_space(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Result<uint64_t> parse_length(std::string_view text) {
  uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error == std::errc::result_out_of_range) {
    return fail(Code::limit, "Content-Length {} is more than any body may have", excerpt(text));
  }
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(Code::protocol, "Content-Length is {}, it must be digits only", excerpt(text));
  }
  return length;
}

}  // namespace

Result<> parse_field(std::string_view line, Headers& into) {
  if (line.starts_with(' ') || line.starts_with('\t')) {
    return fail(Code::protocol,
                "the header line {} begins with a space; folded header lines are obsolete and not "
                "accepted",
                excerpt(line));
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return fail(Code::protocol, "the header line {} has no colon", excerpt(line));
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = without_outer_space(line.substr(colon + 1));
  if (!is_token(name)) {
    if (name.ends_with(' ') || name.ends_with('\t')) {
      return fail(Code::protocol, "the header line {} has a space before its colon", excerpt(line));
    }
    return fail(Code::protocol, "{} is not a header name", excerpt(name));
  }
  if (!is_field_text(value)) {
    return fail(Code::protocol, "the header {} has a control character in its value {}", name,
                excerpt(value));
  }
  const auto end = static_cast<size_t>(value.data() + value.size() - line.data());
  into.add_line(line.substr(0, end), name.size(), value.size());
  return {};
}

Result<Framing> declared_framing(const Headers& headers, int minor_version) {
  std::optional<std::string_view> length;
  bool chunked = false;
  for (const Header header : headers) {
    if (same_ignoring_case(header.name, "Content-Length")) {
      if (length && *length != header.value) {
        return fail(Code::protocol, "two different Content-Length: {} and {}", excerpt(*length),
                    excerpt(header.value));
      }
      length = header.value;
    } else if (same_ignoring_case(header.name, "Transfer-Encoding")) {
      if (chunked || !same_ignoring_case(header.value, "chunked")) {
        return fail(Code::protocol,
                    "Transfer-Encoding is {}; one 'chunked' is the only coding accepted",
                    excerpt(header.value));
      }
      chunked = true;
    }
  }
  if (chunked && length) {
    return fail(Code::protocol,
                "both Content-Length and Transfer-Encoding are given; send only one of them");
  }
  if (chunked && minor_version == 0) {
    return fail(Code::protocol, "Transfer-Encoding in HTTP/1.0, which does not know it");
  }
  if (chunked) return Framing{Framing::Kind::chunked};
  if (!length) return Framing{};
  TRY(const uint64_t bytes, parse_length(*length));
  return Framing{Framing::Kind::length, bytes};
}

Result<int> parse_version(std::string_view text) {
  if (text == "HTTP/1.1") return 1;
  if (text == "HTTP/1.0") return 0;
  return fail(Code::protocol, "the version is {}; HTTP/1.1 and HTTP/1.0 are spoken here",
              excerpt(text));
}

bool keeps_alive(const Headers& headers, int minor_version) {
  if (headers.has_token("Connection", "close")) return false;
  return minor_version >= 1 || headers.has_token("Connection", "keep-alive");
}

}  // namespace peregrine::wire::http1
