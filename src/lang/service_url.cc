// `url:` of a service that runs elsewhere.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "lang/system_reading.h"

namespace peregrine::lang {

namespace {

bool is_port(std::string_view text) {
  unsigned port = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, port);
  return parsed.ec == std::errc() && parsed.ptr == end && port >= 1 && port <= 65535;
}

bool is_host(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

bool is_ipv6(std::string_view text) {
  return text.size() > 1 && text.find_first_not_of("0123456789abcdefABCDEF:.") == text.npos;
}

// The host of "host", "host:80", "[::1]:80". Empty when that is none.
std::string_view host_of(std::string_view authority) {
  const bool bracketed = authority.starts_with('[');
  const size_t end =
      bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (end == std::string_view::npos) return "";
  const std::string_view host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
  const std::string_view rest = authority.substr(end + (bracketed ? 1 : 0));
  const bool port_fits = rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1)));
  return port_fits && (bracketed ? is_ipv6(host) : is_host(host)) ? host : "";
}

}  // namespace

void check_service_url(const Node& node, SystemReading& reading) {
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  Diagnostics& diagnostics = reading.diagnostics;
  const std::string_view text = node.text;
  const bool tls = text.starts_with(kHttps);
  if (!tls && !text.starts_with(kHttp)) {
    diagnostics.add(node.at, fmt::format("`{}` is no URL of http or https", text),
                    "write it as http://localhost:3000");
    return;
  }
  const std::string_view rest = text.substr(tls ? kHttps.size() : kHttp.size());
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view host = host_of(rest.substr(0, end));
  if (host.empty()) {
    diagnostics.add(node.at, fmt::format("`{}` is not a host and its port", rest.substr(0, end)),
                    "write it as http://localhost:3000, without a user's name");
    return;
  }
  if (end < rest.size() && rest.substr(end) != "/") {
    diagnostics.add(node.at,
                    fmt::format("the URL of a service ends with its port, this goes on "
                                "with `{}`",
                                rest.substr(end)),
                    "write the path in the steps that ask for it");
    return;
  }
  if (!reading.any_host && !reading.spec.may_reach(host)) {
    diagnostics.add(node.at, fmt::format("{} is not on this machine", host),
                    fmt::format("Peregrine sends nothing elsewhere unless it is allowed: "
                                "--allow-host {}",
                                base::lowercase(host)));
  }
}

}  // namespace peregrine::lang
