// URLs, references and queries: what is taken is written and read again as the same, a resolved
// path has no dots left, and percent-encoding is undone by decoding.
#include "net/url.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/query.h"
#include "net/redis.h"
#include "net/uri_reference.h"

namespace {

using peregrine::base::check;
using namespace peregrine::net;  // NOLINT(google-build-using-namespace)

void check_url(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return;
  check(url->port != 0 && !url->host.empty() && url->path.starts_with('/'), "half a URL");
  const std::string written = url->to_string();
  if (written.size() > kMaxUrlBytes) return;
  const auto again = parse_url(written);
  check(again.has_value(), "a URL that was written is refused");
  check(again->host == url->host && again->port == url->port && again->scheme == url->scheme,
        "a URL leads elsewhere once it is written");
  check(again->target() == url->target(), "a target changed on its way");
}

void check_path(std::string_view text) {
  const std::string path = without_dot_segments(text);
  check(path == without_dot_segments(path), "dots are left");
  check(path.size() <= text.size(), "a path has grown");
  const std::string segments = "/" + path + "/";
  check(segments.find("/../") == std::string::npos && segments.find("/./") == std::string::npos,
        "a segment of dots is left");
}

void check_pairs(std::string_view text) {
  const auto pairs = parse_query(text);
  if (!pairs) return;
  const auto query = parse_query(to_query(*pairs));
  const auto form = parse_query(to_form(*pairs));
  check(query && *query == *pairs, "a query changed on its way");
  check(form && *form == *pairs, "a form changed on its way");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_url(text);
  for (const char* base : {"http://a/b/c/d;p?q", "http://a", "https://h:1/x/../y/?z"}) {
    const std::string resolved = resolve_reference(base, text);
    check(resolved.size() <= text.size() + 32, "a reference has grown");
    check_url(resolved);
  }
  check_path(text);
  check_pairs(text);
  (void)parse_redis_url(text);
  const auto decoded = percent_decode(percent_encode(text));
  check(decoded && *decoded == text, "what was encoded is decoded to something else");
  return 0;
}
