#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/headers.h"
#include "lang/named.h"
#include "lang/place_within.h"
#include "lang/request_reader.h"

namespace peregrine::lang {

namespace {

// The host of a URL, in which expressions may stand; of an IPv6 address what is in the brackets.
std::string_view host_of(std::string_view url) {
  const std::string_view rest = url.substr(url.find("//") + 2);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.find(':'));
}

// A full URL: only to this machine, and to hosts that are allowed.
void check_url(const VerbContext& context, std::string_view url) {
  const Node& node = context.argument;
  const std::string_view host = host_of(url);
  if (host.contains("${") || context.system.may_reach(host)) return;
  context.diagnostics.add(node.at, fmt::format("{} is not on this machine", host),
                          fmt::format("Peregrine sends nothing elsewhere; name a service as in "
                                      "`web /path`, or allow it: --allow-host {}",
                                      host));
}

bool is_url(std::string_view text, std::span<const std::string_view> schemes) {
  return std::ranges::any_of(schemes, [&](std::string_view scheme) {
    return text.starts_with(scheme) && text.substr(scheme.size()).starts_with("://");
  });
}

// "/path" goes to the first service, "web /path" to web, "http://…" where it says.
void read_target(const VerbContext& context, std::span<const std::string_view> schemes,
                 HttpAction& action) {
  const Node& node = context.argument;
  const std::string form = fmt::format("write it as `{}: /path`", context.verb);
  if (node.kind != Node::Kind::scalar || node.text.empty()) {
    context.diagnostics.add(
        node.at, fmt::format("`{}` takes a path, this is {}", context.verb, node.describe()), form);
    return;
  }
  const std::string_view text = node.text;
  const size_t blank = text.find(' ');
  size_t path = 0;
  if (is_url(text, schemes)) {
    check_url(context, text);
  } else if (text.starts_with('/') || text.starts_with("${")) {
    if (context.system.services.empty()) {
      context.diagnostics.add(node.at, "the system has no service to send this to",
                              "name one under `services:` in system.yaml");
      return;
    }
    action.service = context.system.services.front().name;
  } else if (blank != std::string::npos && text.substr(blank + 1).starts_with('/')) {
    action.service = text.substr(0, blank);
    path = blank + 1;
    if (find_verb(base::lowercase(action.service))) {
      context.diagnostics.add(node.at, fmt::format("`{}` is said twice", action.service), form);
    } else if (const Lacking* lacking = context.system.find_lacking(action.service)) {
      context.lacks = lacking->reason(context.system.environment);
    } else if (!context.system.find_service(action.service)) {
      context.diagnostics.add(place_within(node, 0, blank),
                              fmt::format("there is no service `{}`", action.service),
                              suggestion(action.service, names_of(context.system.services)));
    }
  } else {
    context.diagnostics.add(node.at, fmt::format("`{}` is not a path", text),
                            "a path begins with `/`; before it may stand a service, as in "
                            "`web /login`");
    return;
  }
  action.target = Template::compile(node, context.names, context.diagnostics, path);
}

// `query` and `form`: names and values, a list for a name that is repeated.
std::optional<Shape> read_pairs(const Node& node, std::string_view what,
                                const VerbContext& context) {
  if (!check_map(node, what, context.diagnostics)) return std::nullopt;
  for (const auto& [name, value] : node.entries) {
    const bool nested =
        value.kind == Node::Kind::map || std::ranges::any_of(value.items, [](const Node& item) {
          return item.kind == Node::Kind::map || item.kind == Node::Kind::list;
        });
    if (!nested) continue;
    context.diagnostics.add(value.at, fmt::format("a value in {} is text or a list of text", what),
                            "for JSON as text write \"${to_json(name)}\"");
  }
  return Shape::compile(node, context.names, context.diagnostics);
}

// At most one of the keys that make a body.
void read_body(const VerbContext& context, HttpAction& action) {
  std::string_view given;
  for (std::string_view key : {"json", "form", "multipart", "body"}) {
    const Node* node = context.fields[key];
    if (!node) continue;
    if (!given.empty()) {
      context.diagnostics.add(
          node->at, fmt::format("a request has one body; this one has `{}` and `{}`", given, key),
          "leave one of them out");
    }
    given = key;
    if (key == "json" && node->kind == Node::Kind::null && node->text.empty()) {
      context.diagnostics.add(node->at, "`json` is a value, this is nothing",
                              "write the body; JSON's null is `json: null`");
    } else if (key == "json") {
      action.json =
          JsonTemplate::compile(Shape::compile(*node, context.names, context.diagnostics));
    } else if (key == "form") {
      action.form = read_pairs(*node, "`form`", context);
    } else if (key == "multipart") {
      check_map(*node, "`multipart`", context.diagnostics);
      action.multipart = Shape::compile(*node, context.names, context.diagnostics);
    } else {
      action.body = compile_text(*node, "`body`", "write `json:` for a body of JSON", context.names,
                                 context.diagnostics);
    }
  }
}

}  // namespace

HttpAction read_request(const VerbContext& context, std::string method,
                        std::span<const std::string_view> schemes) {
  HttpAction action;
  action.method = std::move(method);
  read_target(context, schemes, action);
  if (const Node* query = context.fields["query"]) {
    action.query = read_pairs(*query, "`query`", context);
  }
  if (const Node* headers = context.fields["headers"]) {
    action.headers = compile_headers(*headers, context.names, context.diagnostics);
  }
  return action;
}

Action compile_http(const VerbContext& context) {
  static constexpr std::string_view kSchemes[] = {"http", "https"};
  HttpAction action = read_request(context, base::uppercase(context.verb), kSchemes);
  read_body(context, action);
  if (const Node* follow = context.fields["follow"]) {
    action.follow = read_bool(*follow, "`follow`", context.diagnostics);
  }
  return action;
}

}  // namespace peregrine::lang
