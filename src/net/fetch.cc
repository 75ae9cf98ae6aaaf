#include "net/fetch.h"

#include <optional>
#include <utility>

namespace peregrine::net {

using base::Result;
using io::Deadline;
using io::Task;
using wire::Request;
using wire::Response;

namespace {

void add_cookies(Request& request, const Url& url, const FetchOptions& options) {
  std::string field = options.jar->field(url, options.time_of_day());
  if (field.empty()) {
    request.headers.remove("Cookie");
  } else {
    request.headers.set("Cookie", field);
  }
}

void keep_cookies(Fetched& into, const Response& response, const Url& url,
                  const FetchOptions& options) {
  for (base::Error& error : options.jar->take(url, response.headers, options.time_of_day())) {
    into.cookies_not_kept.push_back(std::move(error));
  }
}

// All fields of one name as one (RFC 9110 section 5.3).
std::string joined(const wire::Headers& headers, std::string_view name) {
  std::string all;
  for (const wire::Header header : headers) {
    if (!wire::same_ignoring_case(header.name, name)) continue;
    if (!all.empty()) all += ", ";
    all += header.value;
  }
  return all;
}

Result<> decode(Fetched& fetched, const FetchOptions& options) {
  Response& response = fetched.response;
  if (response.body.empty()) return {};
  auto codings = wire::parse_codings(joined(response.headers, "Content-Encoding"));
  if (!codings && codings.error().code == base::Code::invalid) return {};
  if (!codings) return std::unexpected(std::move(codings).error());
  if (codings->empty()) return {};
  Result<std::string> body = wire::decode_body(*codings, response.body, options.decoded);
  if (!body) {
    return base::because(std::move(body).error(), fmt::format("the answer of {} cannot be decoded",
                                                              fetched.url.to_string()));
  }
  response.body = *std::move(body);
  fetched.decoded = *std::move(codings);
  return {};
}

}  // namespace

Task<Result<Fetched>> fetch(HttpClient& client, Url url, Request request, FetchOptions options,
                            Deadline deadline) {
  Fetched result;
  RedirectChain chain(url, options.redirects);
  bool use_jar = options.jar != nullptr && !request.headers.find("Cookie");
  if (options.decode && !request.headers.find("Accept-Encoding")) {
    request.headers.add("Accept-Encoding", wire::kAcceptEncoding);
  }
  request.target = url.target();
  for (;;) {
    if (use_jar) add_cookies(request, url, options);
    // A redirect may ask for the same request again.
    Request sent = options.follow ? request : std::move(request);
    Origin origin = Origin::of(url);
    origin.http = options.http;
    CO_TRY(result.response, co_await client.send(std::move(origin), std::move(sent), deadline));
    if (options.jar) keep_cookies(result, result.response, url, options);
    if (!options.follow) break;
    CO_TRY(std::optional<Redirect> to, chain.next(std::move(request), result.response));
    if (!to) break;
    result.hops.push_back({url, result.response.status, to->url, to->leaves_https});
    // Another origin is not given the caller's own Cookie, and so may be given the jar's.
    use_jar = use_jar || (options.jar != nullptr && to->leaves_origin);
    url = std::move(to->url);
    request = std::move(to->request);
  }
  result.url = std::move(url);
  if (options.decode) CO_TRY_OK(decode(result, options));
  co_return result;
}

}  // namespace peregrine::net
