// `routes`: what a provider answers to which request.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "lang/place_within.h"
#include "lang/provider_reader.h"

namespace peregrine::lang {

namespace {

constexpr std::array<std::string_view, 7> kMethods = {"GET",    "POST", "PUT",    "PATCH",
                                                      "DELETE", "HEAD", "OPTIONS"};

class RouteReader {
 public:
  explicit RouteReader(ProviderReader& reader)
      : reader_(reader), diagnostics_(reader.diagnostics) {}

  void read(const Node& key, const Node& value) {
    Route route;
    route.at = key.at;
    if (!read_title(key, route)) return;
    check_twice(key, route);
    const Fields keys(value, "a route", diagnostics_,
                      {"name", "let", "require", "cases", "do", "list", "wait", "reply", "exec"});
    if (const Node* name = keys["name"]) read_name(*name, route);
    if (value.kind != Node::Kind::map) return;
    Scope scope = reader_.request;
    scope.names.close("path", route.path.parameters());
    if (const Node* lets = keys["let"]) route.lets = read_lets(*lets, scope, reader_);
    route.slots = scope.names.size();
    if (const Node* require = keys["require"]) read_requirements(*require, scope, route);
    if (const Node* cases = keys["cases"]) {
      check_beside_cases(keys);
      read_cases(*cases, scope, route);
    } else {
      route.cases.push_back(read_case(keys, scope, route, reader_));
    }
    reader_.spec.routes.push_back(std::move(route));
  }

 private:
  bool read_title(const Node& key, Route& route) {
    const size_t blank = key.text.find(' ');
    const std::string method = key.text.substr(0, blank);
    if (blank == std::string::npos) {
      diagnostics_.add(key.at, fmt::format("`{}` is not a method and a path", key.text),
                       "write it as GET /v1/customers/{id}");
      return false;
    }
    if (std::ranges::find(kMethods, method) == kMethods.end()) {
      const std::string upper = base::uppercase(method);
      diagnostics_.add(place_within(key, 0, method.size()),
                       fmt::format("there is no method `{}`", method),
                       suggestion(upper, {kMethods.begin(), kMethods.end()}));
      return false;
    }
    route.method = method;
    const size_t before = diagnostics_.size();
    const std::string path = key.text.substr(blank + 1);
    route.path = RoutePattern::read(path, place_within(key, blank + 1, path.size()), diagnostics_);
    return diagnostics_.size() == before;
  }

  void check_twice(const Node& key, const Route& route) {
    const auto [first, fresh] =
        shapes_.emplace(route.method + " " + route.path.shape(), key.at.line);
    if (fresh) return;
    diagnostics_.add(key.at, "this route is there already",
                     fmt::format("line {} has the same method and path; parameters do not tell "
                                 "them apart",
                                 first->second));
  }

  void read_name(const Node& node, Route& route) {
    route.name = read_text(node, "a route's name", diagnostics_);
    const auto [first, fresh] = names_.emplace(route.name, node.at.line);
    if (!fresh && !route.name.empty()) {
      diagnostics_.add(node.at, fmt::format("two routes are named `{}`", route.name),
                       fmt::format("the other is in line {}", first->second));
    }
  }

  // One map, or a list of them.
  void read_requirements(const Node& node, const Scope& scope, Route& route) {
    const size_t count = node.kind == Node::Kind::list ? node.items.size() : 1;
    if (!check_count(node, count, kMostCases, "requirements", diagnostics_)) return;
    for (size_t i = 0; i < count; ++i) {
      const Node& item = node.kind == Node::Kind::list ? node.items[i] : node;
      route.requirements.push_back(read_requirement(item, "`require`", scope, reader_));
    }
  }

  void check_beside_cases(const Fields& keys) {
    for (std::string_view key : {"do", "list", "wait", "reply", "exec"}) {
      const Node* node = keys[key];
      if (!node) continue;
      diagnostics_.add(node->at, fmt::format("a route with `cases` has no `{}` of its own", key),
                       "write it in the cases that it belongs to");
    }
  }

  void read_cases(const Node& node, const Scope& scope, Route& route) {
    if (node.kind != Node::Kind::list || node.items.empty()) {
      diagnostics_.add(node.at, fmt::format("`cases` is a list, this is {}", node.describe()),
                       "each begins with `- `, as in `- { when: pi == null, reply: missing }`");
      return;
    }
    if (!check_count(node, node.items.size(), kMostCases, "cases", diagnostics_)) return;
    reader_.cases += node.items.size();
    if (!check_count(node, reader_.cases, kMostAllCases, "cases of all routes", diagnostics_))
      return;
    for (const Node& item : node.items) {
      const Fields keys(item, "a case", diagnostics_,
                        {"when", "do", "list", "wait", "reply", "exec"});
      if (item.kind != Node::Kind::map) continue;
      if (!route.cases.empty() && always(route.cases.back())) {
        diagnostics_.add(item.at, "this case is never reached",
                         fmt::format("the one in line {} holds for every request; put it last",
                                     route.cases.back().at.line));
        return;
      }
      route.cases.push_back(read_case(keys, scope, route, reader_));
      if (keys["when"] && !route.cases.back().when) unread_when_ = true;
    }
    const bool open = !route.cases.empty() && !unread_when_ && !always(route.cases.back());
    if (open) {
      diagnostics_.add(route.cases.back().at, "a request for which no case holds gets no answer",
                       "let the last case have no `when`");
    }
    unread_when_ = false;
  }

  // Whether it holds for every request. One whose `when` cannot be read does not.
  bool always(const Case& each) const {
    if (unread_when_) return false;
    if (!each.when) return true;
    const base::Value* constant = each.when->constant();
    return constant && constant->is_bool() && constant->as_bool();
  }

  ProviderReader& reader_;
  Diagnostics& diagnostics_;
  std::map<std::string, int> shapes_;
  std::map<std::string, int> names_;
  bool unread_when_ = false;
};

}  // namespace

void read_routes(const Node& node, ProviderReader& reader) {
  if (!check_map(node, "`routes`", reader.diagnostics)) return;
  if (!check_count(node, node.entries.size(), kMostRoutes, "routes", reader.diagnostics)) return;
  RouteReader routes(reader);
  for (const auto& [key, value] : node.entries) {
    if (reader.diagnostics.full()) return;
    routes.read(key, value);
  }
}

}  // namespace peregrine::lang
