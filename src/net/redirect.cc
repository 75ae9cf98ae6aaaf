#include "net/redirect.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "net/uri_reference.h"

namespace peregrine::net {

using base::Code;
using base::fail;
using base::Result;
using wire::Request;
using wire::Response;

namespace {

constexpr size_t kShownBytes = 200;  // of a URL in a sentence

bool is_redirect(int status) {
  constexpr std::array kFollowed{301, 302, 303, 307, 308};
  return std::ranges::find(kFollowed, status) != kFollowed.end();
}

bool becomes_get(int status, std::string_view method) {
  if (status == 303) return method != "GET" && method != "HEAD";
  return (status == 301 || status == 302) && method == "POST";
}

bool same_origin(const Url& a, const Url& b) {
  return a.scheme == b.scheme && a.host == b.host && a.port == b.port;
}

bool same_place(const Url& a, const Url& b) {
  return same_origin(a, b) && a.target() == b.target();
}

void remove_all(wire::Headers& headers, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) headers.remove(name);
}

// Servers write blanks and UTF-8 into Location as they are; browsers encode them.
std::string encoded(std::string_view location) {
  std::string out;
  for (const char c : location) {
    if (c > ' ' && c < 0x7f) {
      out += c;
    } else {
      out += percent_encode({&c, 1});
    }
  }
  return out;
}

}  // namespace

Result<std::optional<Redirect>> RedirectChain::next(Request sent, const Response& answer) {
  const std::optional<std::string_view> location = answer.headers.find("Location");
  if (!is_redirect(answer.status) || !location) return std::nullopt;
  const Url& from = visited_.back();
  Result<Url> url =
      parse_url(resolve_reference(from.to_string(), encoded(base::trimmed(*location))));
  if (!url) {
    return base::because(
        std::move(url).error(),
        fmt::format("{} answers {} with a Location that cannot be followed",
                    base::shortened(from.to_string(), kShownBytes), answer.status));
  }
  if (visited_.size() > most_) return too_many(*url);
  Redirect result{.url = *std::move(url), .request = std::move(sent)};
  result.leaves_origin = !same_origin(from, result.url);
  result.leaves_https = from.scheme == "https" && result.url.scheme == "http";
  wire::Headers& headers = result.request.headers;
  if (becomes_get(answer.status, result.request.method)) {
    result.method_changed = true;
    result.request.method = "GET";
    result.request.body.clear();
    remove_all(headers, {"Content-Type", "Content-Encoding", "Content-Language", "Content-Location",
                         "Content-Length", "Transfer-Encoding", "Expect"});
  }
  if (result.leaves_origin) remove_all(headers, {"Authorization", "Cookie", "Proxy-Authorization"});
  headers.remove("Host");
  result.request.target = result.url.target();
  visited_.push_back(result.url);
  return result;
}

std::unexpected<base::Error> RedirectChain::too_many(const Url& next) const {
  const auto shown = [](const Url& url) { return base::shortened(url.to_string(), kShownBytes); };
  const auto first =
      std::ranges::find_if(visited_, [&](const Url& url) { return same_place(url, next); });
  if (first == visited_.end()) {
    return fail(Code::limit, "{} was redirected {} times, and would go on to {}",
                shown(visited_.front()), most_, shown(next));
  }
  std::string circle;
  for (auto at = first; at != visited_.end() && !same_place(*at, visited_.back()); ++at) {
    circle += shown(*at) + " to ";
  }
  circle += shown(visited_.back()) + " to " + shown(next);
  return fail(Code::limit, "the redirects of {} go round: {} ({} were followed)",
              shown(visited_.front()), circle, most_);
}

}  // namespace peregrine::net
