#include "net/http_server_router.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "net/url.h"

namespace peregrine::net {

using base::check;
using base::Code;
using base::fail;
using base::Result;

namespace {

// The segments of a path without the '/' that it begins with.
Result<std::vector<std::string>> decoded_segments(std::string_view path) {
  if (!path.starts_with('/')) return fail(Code::invalid, "the path '{}' must begin with '/'", path);
  std::vector<std::string> result;
  for (const std::string_view segment : base::split(path.substr(1), '/')) {
    TRY(std::string decoded, percent_decode(segment));
    result.push_back(std::move(decoded));
  }
  return result;
}

}  // namespace

const std::string& HttpRequest::parameter(std::string_view name) const {
  const std::string* value = parameters.find(name);
  check(value, "a handler asks for a parameter that its route does not have");
  return *value;
}

Router::Segment Router::parse_segment(std::string_view text) {
  if (!text.starts_with('{')) return {Kind::literal, std::string(text)};
  const std::string_view name = text.substr(1, text.size() - 2);
  if (!name.ends_with('*')) return {Kind::parameter, std::string(name)};
  return {Kind::rest, std::string(name.substr(0, name.size() - 1))};
}

Result<> Router::check_pattern(std::string_view pattern) {
  if (!pattern.starts_with('/')) {
    return fail(Code::invalid, "the path '{}' must begin with '/'", pattern);
  }
  std::vector<std::string> names;
  const std::vector<std::string_view> parts = base::split(pattern.substr(1), '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    const bool braced = part.size() >= 2 && part.starts_with('{') && part.ends_with('}');
    const std::string_view inside = braced ? part.substr(1, part.size() - 2) : part;
    if (inside.find_first_of("{}") != std::string_view::npos) {
      return fail(Code::invalid,
                  "'{}' in the path '{}' must be a whole '{{name}}' or have no braces", part,
                  pattern);
    }
    if (!braced) continue;
    Segment segment = parse_segment(part);
    if (segment.text.empty()) {
      return fail(Code::invalid, "a parameter of the path '{}' has no name", pattern);
    }
    if (segment.kind == Kind::rest && i + 1 < parts.size()) {
      return fail(Code::invalid, "'{}' must be at the end of the path '{}'", part, pattern);
    }
    if (std::ranges::find(names, segment.text) != names.end()) {
      return fail(Code::invalid, "the path '{}' has two parameters '{}'", pattern, segment.text);
    }
    names.push_back(std::move(segment.text));
  }
  return {};
}

void Router::add(std::string method, std::string_view pattern, Handler handler) {
  add(Route{.method = std::move(method), .handler = std::move(handler)}, pattern);
}

void Router::add_conversation(std::string method, std::string_view pattern,
                              ConversationHandler handler) {
  add(Route{.method = std::move(method), .conversation = std::move(handler)}, pattern);
}

void Router::add(Route route, std::string_view pattern) {
  const Result<> good = check_pattern(pattern);
  check(good.has_value(), good ? "" : good.error().text);
  for (const std::string_view part : base::split(pattern.substr(1), '/')) {
    route.segments.push_back(parse_segment(part));
  }
  routes_.push_back(std::move(route));
}

bool Router::matches(const Route& route, const std::vector<std::string>& path) {
  const std::vector<Segment>& segments = route.segments;
  const bool open_ended = segments.back().kind == Kind::rest;
  if (open_ended ? path.size() < segments.size() : path.size() != segments.size()) return false;
  for (size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].kind == Kind::literal && segments[i].text != path[i]) return false;
    if (segments[i].kind == Kind::parameter && path[i].empty()) return false;
  }
  return true;
}

bool Router::better(const Route& a, const Route& b) {
  const size_t common = std::min(a.segments.size(), b.segments.size());
  for (size_t i = 0; i < common; ++i) {
    if (a.segments[i].kind != b.segments[i].kind) return a.segments[i].kind < b.segments[i].kind;
  }
  return false;
}

Pairs Router::capture(const Route& route, std::vector<std::string> path) {
  Pairs result;
  for (size_t i = 0; i < route.segments.size(); ++i) {
    const Segment& segment = route.segments[i];
    if (segment.kind == Kind::literal) continue;
    std::string value = std::move(path[i]);
    if (segment.kind == Kind::rest) {
      for (size_t j = i + 1; j < path.size(); ++j) value.append("/").append(path[j]);
    }
    result.add(segment.text, std::move(value));
  }
  return result;
}

std::string Router::allowed(const std::vector<std::string>& path) const {
  std::vector<std::string_view> methods;
  const auto note = [&](std::string_view method) {
    if (std::ranges::find(methods, method) == methods.end()) methods.push_back(method);
  };
  for (const Route& route : routes_) {
    if (!matches(route, path)) continue;
    note(route.method);
    if (route.method == "GET") note("HEAD");
  }
  return fmt::format("{}", fmt::join(methods, ", "));
}

Result<Router::Match> Router::find(std::string_view method, std::string_view path) const {
  TRY(std::vector<std::string> segments, decoded_segments(path));
  const auto best_for = [&](std::string_view wanted) {
    const Route* best = nullptr;
    for (const Route& route : routes_) {
      if (route.method != wanted || !matches(route, segments)) continue;
      if (!best || better(route, *best)) best = &route;
    }
    return best;
  };
  const Route* best = best_for(method);
  if (!best && method == "HEAD") best = best_for("GET");
  if (!best) return Match{.allow = allowed(segments)};
  Match match{.parameters = capture(*best, std::move(segments))};
  if (best->handler) match.handler = &best->handler;
  if (best->conversation) match.conversation = &best->conversation;
  return match;
}

}  // namespace peregrine::net
