#include <fmt/core.h>

#include "base/text.h"
#include "lang/verbs.h"

namespace peregrine::lang {

namespace {

std::string uppercase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::vector<std::string_view> service_names(const SystemSpec& system) {
  std::vector<std::string_view> names;
  for (const ServiceSpec& service : system.services) names.push_back(service.name);
  return names;
}

// "/path" goes to the first service, "web /path" to web, "http://…" where it says.
void read_target(const VerbContext& context, HttpAction& action) {
  Node target = context.argument;
  if (target.kind != Node::Kind::scalar) {
    context.diagnostics.add(target.at, fmt::format("`{}` takes a path", context.verb),
                            fmt::format("write it as `{}: /path`", context.verb));
    return;
  }
  const size_t blank = target.text.find(' ');
  const bool whole = target.text.starts_with("http://") || target.text.starts_with("https://");
  if (target.text.starts_with('/') || whole) {
    if (!whole && !context.system.services.empty()) {
      action.service = context.system.services.front().name;
    } else if (!whole) {
      context.diagnostics.add(target.at, "the system has no service to send this to",
                              "name one under `services:` in system.yaml");
    }
  } else if (blank != std::string::npos && target.text.substr(blank + 1).starts_with('/')) {
    action.service = target.text.substr(0, blank);
    if (!context.system.find_service(action.service)) {
      context.diagnostics.add(target.at, fmt::format("there is no service `{}`", action.service),
                              suggestion(action.service, service_names(context.system)));
    }
    target.text.erase(0, blank + 1);
  } else {
    context.diagnostics.add(target.at, fmt::format("`{}` is not a path", target.text),
                            "a path begins with `/`; before it may stand a service: "
                            "`web /login`");
    return;
  }
  action.target = Template::compile(target, context.names, context.diagnostics);
}

// At most one of the keys that make a body.
void read_body(const VerbContext& context, HttpAction& action) {
  const Node* given = nullptr;
  for (std::string_view key : {"json", "form", "body"}) {
    const Node* node = context.fields[key];
    if (!node) continue;
    if (given) {
      context.diagnostics.add(node->at, "a request has one body: `json`, `form` or `body`", "");
    }
    given = node;
    if (key == "json") action.json = Shape::compile(*node, context.names, context.diagnostics);
    if (key == "form") action.form = Shape::compile(*node, context.names, context.diagnostics);
    if (key == "body" && node->kind != Node::Kind::scalar) {
      context.diagnostics.add(node->at, fmt::format("`body` is text, this is {}", node->describe()),
                              "write `json:` for a body of JSON");
    } else if (key == "body") {
      action.body = Template::compile(*node, context.names, context.diagnostics);
    }
  }
}

}  // namespace

Action compile_http(const VerbContext& context) {
  HttpAction action;
  action.method = uppercase(context.verb);
  read_target(context, action);
  read_body(context, action);
  if (const Node* query = context.fields["query"]) {
    const Fields parts(*query, "`query`", context.diagnostics, query->keys());
    action.query = Shape::compile(*query, context.names, context.diagnostics);
  }
  if (const Node* headers = context.fields["headers"]) {
    const Fields lines(*headers, "`headers`", context.diagnostics, headers->keys());
    for (const auto& [name, value] : headers->entries) {
      action.headers.emplace_back(name.text,
                                  Template::compile(value, context.names, context.diagnostics));
    }
  }
  return action;
}

}  // namespace peregrine::lang
