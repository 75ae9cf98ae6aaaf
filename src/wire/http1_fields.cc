#include "wire/http1_fields.h"

#include <charconv>
#include <optional>

#include "base/text.h"
#include "wire/http1_line.h"

namespace peregrine::wire::http1 {

using base::Code;
using base::fail;
using base::Result;

namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

// Why this is no header line.
std::unexpected<base::Error> refuse_name(std::string_view line) {
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
  if (name.ends_with(' ') || name.ends_with('\t')) {
    return fail(Code::protocol, "the header line {} has a space before its colon", excerpt(line));
  }
  return fail(Code::protocol, "{} is not a header name", excerpt(name));
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
  const size_t name = token_size(line);
  if (name == 0 || name == line.size() || line[name] != ':') return refuse_name(line);
  const std::string_view value = base::trimmed(line.substr(name + 1), " \t");
  if (!is_field_text(value)) {
    return fail(Code::protocol, "the header {} has a control character in its value {}",
                line.substr(0, name), excerpt(value));
  }
  const auto end = static_cast<size_t>(value.data() + value.size() - line.data());
  into.add_line(line.substr(0, end), name, value.size());
  return {};
}

size_t take_plain_fields(std::string_view input, const FieldLimits& limits, Headers& into) {
  const auto at = [&](size_t i) { return i < input.size() ? input[i] : '\0'; };
  size_t taken = 0;
  size_t bytes = 0;
  while (into.size() < limits.count) {
    const size_t name = token_size({input.data() + taken, input.size() - taken});
    size_t begin = taken + name + 1;
    if (name == 0 || at(begin - 1) != ':') break;
    size_t end = begin + field_text_size({input.data() + begin, input.size() - begin});
    const size_t line = end - taken;
    if (at(end) != '\r' || at(end + 1) != '\n') break;
    if (line > limits.line_bytes || bytes + line > limits.bytes) break;
    const size_t next = end + 2;
    while (begin < end && is_space(input[begin])) ++begin;
    while (end > begin && is_space(input[end - 1])) --end;
    into.add_in_text(taken, name, begin, end - begin);
    bytes += line;
    taken = next;
  }
  into.add_text({input.data(), taken});
  return taken;
}

Result<Framing> declared_framing(const Headers& headers, int minor_version) {
  std::optional<std::string_view> length;
  bool chunked = false;
  constexpr std::string_view kLength = "Content-Length";
  for (size_t i = headers.find_place(kLength); i < headers.size();
       i = headers.find_place(kLength, i + 1)) {
    const std::string_view value = headers[i].value;
    if (length && *length != value) {
      return fail(Code::protocol, "two different Content-Length: {} and {}", excerpt(*length),
                  excerpt(value));
    }
    length = value;
  }
  constexpr std::string_view kCoding = "Transfer-Encoding";
  for (size_t i = headers.find_place(kCoding); i < headers.size();
       i = headers.find_place(kCoding, i + 1)) {
    const std::string_view value = headers[i].value;
    if (chunked || !same_ignoring_case(value, "chunked")) {
      return fail(Code::protocol,
                  "Transfer-Encoding is {}; one 'chunked' is the only coding accepted",
                  excerpt(value));
    }
    chunked = true;
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
