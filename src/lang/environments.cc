#include "lang/environments.h"

#include <fmt/core.h>

#include <algorithm>

#include "lang/fields.h"

namespace peregrine::lang {

namespace {

constexpr std::string_view kKey = "environments";
constexpr size_t kMost = 100;  // the whole system is read once for each

// What an environment may say; nothing else of it is laid over.
const std::vector<std::string_view> kKnown = {"zone",      "clock",  "services",   "databases",
                                              "providers", "actors", "invariants", "loads"};

bool takes_away(const Node& node) { return node.kind == Node::Kind::null && !node.text.empty(); }

Node* find(Node& map, std::string_view key) {
  const auto found =
      std::ranges::find(map.entries, key, [](const Node::Entry& entry) { return entry.key.text; });
  return found == map.entries.end() ? nullptr : &found->value;
}

void remove(Node& map, std::string_view key) {
  std::erase_if(map.entries, [&](const Node::Entry& entry) { return entry.key.text == key; });
}

// Lays `over` upon `node`. What has no value (`api:` with nothing behind) stays to be told of by
// whoever reads it.
void lay(Node& node, const Node& over) {
  if (node.kind != Node::Kind::map || over.kind != Node::Kind::map) {
    node = over;
    return;
  }
  for (const auto& [key, value] : over.entries) {
    if (takes_away(value)) {
      remove(node, key.text);
    } else if (Node* below = find(node, key.text)) {
      lay(*below, value);
    } else {
      node.entries.push_back({key, value});
    }
  }
}

// What `run`, `url` or `compose` of a service in an environment takes away from the service below.
void make_room(Node& service, const Node& over) {
  struct Way {
    std::string_view key;
    std::vector<std::string_view> others;
  };
  static const std::vector<Way> kWays = {{"run", {"url", "compose"}},
                                         {"url", {"run", "compose", "env", "restart"}},
                                         {"compose", {"run", "url", "restart"}}};
  for (const Way& way : kWays) {
    const Node* chosen = over.find(way.key);
    if (!chosen || takes_away(*chosen)) continue;
    for (std::string_view other : way.others) remove(service, other);
  }
}

void lay_services(Node& services, const Node& over) {
  for (const auto& [key, value] : over.entries) {
    if (Node* service = find(services, key.text)) make_room(*service, value);
  }
}

// A null that takes away nothing is a word misspelt, most likely.
void check_nulls(const Node* node, const Node& over, const std::string& path,
                 Diagnostics& diagnostics) {
  for (const auto& [key, value] : over.entries) {
    const Node* below = node ? node->find(key.text) : nullptr;
    const std::string here = path.empty() ? key.text : fmt::format("{}.{}", path, key.text);
    if (takes_away(value) && !below) {
      diagnostics.add(key.at, fmt::format("there is no `{}` that null could take away", here),
                      suggestion(key.text, node ? node->keys() : std::vector<std::string_view>()));
    }
    check_nulls(below, value, here, diagnostics);
  }
}

}  // namespace

std::vector<std::string_view> Environments::names() const {
  const Node* all = root_.find(kKey);
  return all && all->kind == Node::Kind::map ? all->keys() : std::vector<std::string_view>();
}

bool Environments::check(Diagnostics& diagnostics) const {
  const Node* all = root_.find(kKey);
  if (!all || !check_map(*all, "`environments`", diagnostics)) return true;
  if (!check_count(*all, all->entries.size(), kMost, kKey, diagnostics)) return false;
  for (const auto& [key, value] : all->entries) {
    const Fields fields(value, "an environment", diagnostics, kKnown);
    check_nulls(&root_, value, "", diagnostics);
  }
  return true;
}

Node Environments::tree(std::string_view name) const {
  Node tree = root_;
  remove(tree, kKey);
  if (name.empty()) return tree;
  Node over = *root_.find(kKey)->find(name);
  if (over.kind != Node::Kind::map) return tree;  // check() told of it
  std::erase_if(over.entries, [](const Node::Entry& entry) {
    return std::ranges::find(kKnown, entry.key.text) == kKnown.end();
  });
  const Node* services = over.find("services");
  Node* below = find(tree, "services");
  if (services && below) lay_services(*below, *services);
  lay(tree, over);
  return tree;
}

std::vector<Lacking> Environments::lacking(const Node& tree) const {
  std::vector<Lacking> list;
  for (const char* what : {"service", "database", "provider"}) {
    const std::string plural = fmt::format("{}s", what);
    const Node* all = root_.find(plural);
    const Node* left = tree.find(plural);
    if (!all) continue;
    for (const auto& [key, value] : all->entries) {
      if (left && left->find(key.text)) continue;
      list.push_back({what, key.text});
      if (plural != "databases") continue;
      const Node* kind = value.find("kind");
      list.back().kind = kind ? kind->text : key.text;
    }
  }
  return list;
}

}  // namespace peregrine::lang
