#include "net/url.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace peregrine::net {

using base::Code;
using base::fail;
using base::Result;

namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
bool is_visible(char c) { return c > ' ' && c < 0x7f; }
bool is_host_byte(char c) { return is_unreserved(c) || c == '%'; }
bool is_ipv6_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<uint16_t> parse_port(std::string_view text, std::string_view url) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return fail(Code::invalid, "the port '{}' in '{}' must be a number from 1 to 65535", text, url);
  }
  return port;
}

// "host", "host:port", "[v6]", "[v6]:port" into the parts of `into`.
Result<> take_authority(std::string_view authority, std::string_view url, Url& into) {
  if (authority.find('@') != std::string_view::npos) {
    return fail(Code::invalid,
                "'{}' has a user name in it; send it in an Authorization header instead", url);
  }
  const bool ipv6 = authority.starts_with('[');
  const size_t bracket = authority.find(']');
  if (ipv6 && bracket == std::string_view::npos) {
    return fail(Code::invalid, "the address in '{}' has no closing bracket", url);
  }
  const size_t host_end = ipv6 ? bracket + 1 : std::min(authority.find(':'), authority.size());
  const std::string_view host =
      ipv6 ? authority.substr(1, bracket - 1) : authority.substr(0, host_end);
  const std::string_view rest = authority.substr(host_end);
  into.host = base::lowercase(host);
  if (into.host.empty() || !std::ranges::all_of(into.host, ipv6 ? is_ipv6_byte : is_host_byte)) {
    return fail(Code::invalid, "'{}' is not a host name or address, in '{}'", host, url);
  }
  into.port = usual_http_port(into.scheme == "https");
  if (rest.empty() || rest == ":") return {};
  if (rest.front() != ':') {
    return fail(Code::invalid, "'{}' after the address in '{}' is not a port", rest, url);
  }
  TRY(into.port, parse_port(rest.substr(1), url));
  return {};
}

}  // namespace

std::string Url::target() const { return query.empty() ? path : path + "?" + query; }

std::string Url::authority() const {
  return to_authority(host, port, usual_http_port(scheme == "https"));
}

std::string Url::to_string() const { return scheme + "://" + authority() + target(); }

std::string to_authority(std::string_view host, uint16_t port, uint16_t usual_port) {
  const bool ipv6 = host.find(':') != std::string_view::npos;
  std::string result = ipv6 ? fmt::format("[{}]", host) : std::string(host);
  if (port != usual_port) result += fmt::format(":{}", port);
  return result;
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kMaxUrlBytes) {
    return fail(Code::limit, "a URL may have {} bytes, this one has {}", kMaxUrlBytes, text.size());
  }
  if (!std::ranges::all_of(text, is_visible)) {
    return fail(Code::invalid,
                "'{}' is not a URL: spaces, control and non-ASCII characters must be "
                "percent-encoded",
                text);
  }
  const size_t colon = text.find("://");
  Url url;
  url.scheme = base::lowercase(text.substr(0, colon == std::string_view::npos ? 0 : colon));
  if (url.scheme != "http" && url.scheme != "https") {
    return fail(Code::invalid, "'{}' must begin with http:// or https://", text);
  }
  std::string_view rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  TRY_OK(take_authority(rest.substr(0, authority_end), text, url));
  rest.remove_prefix(authority_end);
  const size_t question = std::min(rest.find('?'), rest.size());
  url.path = rest.substr(0, question);
  if (url.path.empty()) url.path = "/";
  if (question < rest.size()) url.query = rest.substr(question + 1);
  return url;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += '%';
      result += kDigits[byte >> 4];
      result += kDigits[byte & 15];
    }
  }
  return result;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return fail(Code::invalid, "'%' at byte {} of '{}' is not followed by two hexadecimal digits",
                  i, text);
    }
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

}  // namespace peregrine::net
