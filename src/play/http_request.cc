#include "play/http_request.h"

#include <fmt/core.h>

#include "base/text.h"
#include "net/query.h"
#include "net/websocket.h"
#include "wire/multipart.h"

namespace peregrine::play {

using base::Code;
using base::fail;
using base::Result;
using base::Value;

namespace {

constexpr size_t kBodyShown = 4000;  // of a body, in the timeline

// The scheme of a full URL that the step may be sent to; empty for a path.
std::string scheme_of(std::string_view target, const lang::Step& step) {
  if (target.starts_with('/')) return "";
  const std::string_view scheme = target.substr(0, target.find("://"));
  const bool opens = std::holds_alternative<lang::OpenAction>(step.action);
  const bool url =
      scheme.size() != target.size() &&
      (scheme == "http" || scheme == "https" || (opens && (scheme == "ws" || scheme == "wss")));
  return std::string(url ? scheme : "");
}

Result<net::Pairs> fill_pairs(const lang::Shape& shape, const lang::Context& context) {
  TRY(const Value map, shape.fill(context));
  if (!map.is_map()) {
    return fail(Code::invalid, "`query` and `form` are maps of names and values");
  }
  net::Pairs pairs;
  for (const auto& [name, value] : map.as_map()) {
    // A list repeats the name; what is null is left out.
    const base::List one = {value};
    for (const Value& each : value.is_list() ? value.as_list() : one) {
      if (!each.is_null()) pairs.add(name, lang::to_text(each));
    }
  }
  return pairs;
}

// The text stays in the request's memory.
Result<> fill_target(const lang::HttpAction& action, const Attempt& attempt, RequestTarget& to,
                     wire::Request& request) {
  std::string& target = request.target;
  if (const Value* literal = action.target.literal(); literal && literal->is_text()) {
    target = literal->as_text();
  } else {
    TRY(target, action.target.fill_text(attempt.context));
  }
  to.scheme = scheme_of(target, attempt.step);
  to.to_service = !action.service.empty() && to.scheme.empty();
  if (!to.to_service) {
    TRY(const net::Url url,
        to.scheme.starts_with("ws") ? net::parse_websocket_url(target) : net::parse_url(target));
    TRY_OK(check_reach(attempt, url));
    to.origin = net::Origin::of(url);
    if (to.origin.tls) to.origin.http = net::Http::either;
    target = url.target();
  } else if (!target.starts_with('/')) {
    return fail(Code::invalid, "`{}` is not a path: it does not begin with `/`", target);
  } else {
    to.origin = attempt.world.endpoints.origin(action.service);
  }
  if (action.query) {
    TRY(const net::Pairs pairs, fill_pairs(*action.query, attempt.context));
    if (!pairs.empty()) {
      target += fmt::format("{}{}", target.find('?') == std::string::npos ? '?' : '&',
                            net::to_query(pairs));
    }
  }
  return {};
}

// A value is a field; bytes, or a map with `file`, are a file. A list repeats the name.
Result<> add_part(const std::string& name, const Value& value, wire::Multipart& parts) {
  if (value.is_null()) return {};
  if (value.is_list()) {
    for (const Value& each : value.as_list()) TRY_OK(add_part(name, each, parts));
    return {};
  }
  if (value.kind() == base::Kind::bytes) return parts.add_file(name, name, "", value.as_bytes());
  if (!value.is_map()) return parts.add_field(name, lang::to_text(value));
  const Value* file = value.find("file");
  if (!file) {
    return fail(Code::invalid,
                "`{}` of `multipart` is a map without `file`; a file is written "
                "{{ file: \"${{file('a.pdf')}}\", name: a.pdf, type: application/pdf }}",
                name);
  }
  const Value* called = value.find("name");
  const Value* type = value.find("type");
  return parts.add_file(name, called ? lang::to_text(*called) : name,
                        type ? lang::to_text(*type) : "", lang::to_text(*file));
}

Result<> fill_multipart(const lang::Shape& shape, const Attempt& attempt, wire::Request& request) {
  TRY(const Value map, shape.fill(attempt.context));
  if (!map.is_map()) return fail(Code::invalid, "`multipart` is a map of names and values");
  wire::Multipart parts;
  for (const auto& [name, value] : map.as_map()) TRY_OK(add_part(name, value, parts));
  request.body = parts.body();
  if (!request.headers.find("content-type")) request.headers.add("content-type", parts.type());
  return {};
}

Result<> fill_body(const lang::HttpAction& action, const Attempt& attempt, wire::Request& request) {
  std::string_view type;
  if (action.json) {
    TRY_OK(action.json->append(request.body, attempt.context));
    type = "application/json";
  } else if (action.form) {
    TRY(const net::Pairs pairs, fill_pairs(*action.form, attempt.context));
    request.body = net::to_form(pairs);
    type = "application/x-www-form-urlencoded";
  } else if (action.multipart) {
    return fill_multipart(*action.multipart, attempt, request);
  } else if (action.body) {
    TRY(request.body, action.body->fill_text(attempt.context));
  }
  if (!type.empty() && !request.headers.find("content-type")) {
    request.headers.add("content-type", type);
  }
  return {};
}

// Those of the service, which it gets with every request; over them those of who plays, and the
// step's own. While he logs in, what needs the login is left out.
Result<> fill_headers(const lang::HttpAction& action, const Attempt& attempt, bool to_service,
                      wire::Headers& headers) {
  if (to_service) {
    TRY(const system::HeaderTexts always,
        attempt.world.endpoints.headers(action.service, attempt.context));
    for (const auto& [name, text] : always) headers.add(name, text);
  }
  if (attempt.person) {
    for (const auto& [name, value] : attempt.person->headers) {
      const Result<std::string> text = value.fill_text(attempt.context);
      const bool not_yet = !text && text.error().code == Code::not_found;
      if (not_yet && attempt.session->logging_in) continue;
      if (!text) return std::unexpected(text.error());
      headers.set(name, *text);
    }
  }
  if (!headers.empty()) {
    for (const auto& [name, value] : action.headers) headers.remove(name);
  }
  for (const auto& [name, value] : action.headers) {
    TRY(const std::string text, value.fill_text(attempt.context));
    headers.add(name, text);
  }
  return {};
}

}  // namespace

Result<> check_reach(const Attempt& attempt, const net::Url& url) {
  if (attempt.world.endpoints.spec().may_reach(url.host)) return {};
  return fail(Code::refused,
              "{} is not on this machine; to send there, allow it: "
              "--allow-host {}",
              url.host, url.host);
}

net::Url url_of(const net::Origin& origin, const wire::Request& request) {
  const std::string& target = request.target;
  const size_t mark = target.find('?');
  return {origin.tls ? "https" : "http", origin.host, origin.port, target.substr(0, mark),
          mark == std::string::npos ? "" : target.substr(mark + 1)};
}

Result<> fill_request(const lang::HttpAction& action, const Attempt& attempt, RequestTarget& to,
                      wire::Request& request) {
  request.method = action.method;
  TRY_OK(fill_target(action, attempt, to, request));
  TRY_OK(fill_headers(action, attempt, to.to_service, request.headers));
  TRY_OK(fill_body(action, attempt, request));
  return {};
}

void add_cookies(const Attempt& attempt, const net::Origin& origin, wire::Request& request) {
  if (!attempt.session || request.headers.find("cookie")) return;
  const std::string cookies =
      attempt.session->cookies.field(url_of(origin, request), attempt.context.now);
  if (!cookies.empty()) request.headers.add("Cookie", cookies);
}

void take_cookies(const Attempt& attempt, const net::Origin& origin, const wire::Request& request,
                  const wire::Response& answer) {
  if (!attempt.session) return;
  attempt.session->cookies.take(url_of(origin, request), answer.headers, attempt.context.now);
}

record::Event request_event(const lang::HttpAction& action, const net::Origin& origin,
                            const wire::Request& request, base::Instant at) {
  return {at,
          record::Event::Kind::request,
          action.service.empty() ? origin.to_string() : action.service,
          fmt::format("{} {}", request.method, request.target),
          base::shortened(request.body, kBodyShown),
          "",
          false};
}

record::Event answer_event(record::Event of, const wire::Response& answer, base::Duration took) {
  of.at = base::monotonic_now();
  of.kind = record::Event::Kind::answer;
  of.detail = base::shortened(answer.body, kBodyShown);
  of.outcome = fmt::format("{} in {}", answer.status, base::to_text(took));
  of.failed = answer.status >= 500;
  of.took = took;
  return of;
}

record::Event answer_event(record::Event of, const base::Error& error) {
  of.at = base::monotonic_now();
  of.kind = record::Event::Kind::answer;
  of.detail.clear();
  of.outcome = error.to_string();
  of.failed = true;
  return of;
}

}  // namespace peregrine::play
