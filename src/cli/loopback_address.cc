#include "cli/loopback_address.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "lang/system_spec.h"

namespace peregrine::cli {

using base::Code;
using base::fail;
using base::Result;

namespace {

Result<> check_allowed(const std::string& host, const std::vector<std::string>& allowed) {
  if (lang::is_on_this_machine(host)) return {};
  const auto same = [&](const std::string& one) {
    return base::lowercase(one) == base::lowercase(host);
  };
  if (std::ranges::any_of(allowed, same)) return {};
  return fail(Code::refused, "{} is not on this machine; allow it: --allow-host {}", host, host);
}

}  // namespace

Result<io::Address> listen_address(std::string_view text, const std::vector<std::string>& allowed) {
  const auto wrong = [&] {
    return fail(Code::invalid, "`{}` is no address and port; write it as 127.0.0.1:9464", text);
  };
  const size_t colon = text.rfind(':');
  if (colon == text.npos) return wrong();
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  io::Address address{std::string(host == "localhost" ? "127.0.0.1" : host), 0, ""};
  const char* end = port_text.data() + port_text.size();
  const auto parsed = std::from_chars(port_text.data(), end, address.port);
  const bool is_port = parsed.ec == std::errc() && parsed.ptr == end && !port_text.empty();
  if (!is_port || !io::is_address(address.host)) return wrong();
  TRY_OK(check_allowed(address.host, allowed));
  return address;
}

Result<net::Url> post_url(std::string_view text, const std::vector<std::string>& allowed) {
  TRY(net::Url url, net::parse_url(text));
  if (!url.query.empty()) {
    return fail(Code::invalid, "{}: what follows `?` cannot be kept; leave it out", text);
  }
  TRY_OK(check_allowed(url.host, allowed));
  return url;
}

}  // namespace peregrine::cli
