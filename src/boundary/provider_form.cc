#include "boundary/provider_form.h"

#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lang/template.h"

namespace peregrine::boundary {

using base::List;
using base::Map;
using base::Value;

namespace {

// What has been gathered under a name: texts, or parts under further names, in their order.
struct Node {
  std::vector<Value> texts{};
  bool list = false;  // written with `[]`
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> parts{};
  std::map<std::string, Node*, std::less<>> by_name{};

  Node& part(const std::string& name) {
    const auto found = by_name.find(name);
    if (found != by_name.end()) return *found->second;
    parts.emplace_back(name, std::make_unique<Node>());
    Node* made = parts.back().second.get();
    by_name.emplace(name, made);
    return *made;
  }
};

// `a[b][]`: a, b and an empty one.
std::vector<std::string> keys_of(const std::string& name) {
  const size_t open = name.find('[');
  if (open == std::string::npos || open == 0 || !name.ends_with(']')) return {name};
  std::vector<std::string> keys = {name.substr(0, open)};
  for (size_t at = open; at < name.size();) {
    const size_t close = name[at] == '[' ? name.find(']', at) : std::string::npos;
    if (close == std::string::npos || keys.size() > kMostBrackets) return {name};
    keys.push_back(name.substr(at + 1, close - at - 1));
    at = close + 1;
  }
  return keys;
}

void add(Node& root, const std::string& name, const std::string& text) {
  Node* node = &root;
  const std::vector<std::string> keys = keys_of(name);
  for (size_t i = 0; i < keys.size(); ++i) {
    const bool last = i + 1 == keys.size();
    if (i > 0 && last && keys[i].empty()) {
      node->list = true;
    } else {
      node = &node->part(keys[i]);
    }
  }
  node->texts.emplace_back(text);
}

// The parts in the order of their places, if their names are 0, 1, 2, …
std::optional<std::vector<const Node*>> in_places(const Node& node) {
  std::vector<const Node*> places(node.parts.size());
  for (const auto& [name, part] : node.parts) {
    size_t place = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), place);
    if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) return std::nullopt;
    if (place >= places.size() || places[place]) return std::nullopt;
    places[place] = part.get();
  }
  return places;
}

Value to_value(const Node& node, bool root) {
  if (node.parts.empty() && !root) {
    if (node.texts.size() == 1 && !node.list) return node.texts[0];
    return Value(List(node.texts));
  }
  const auto places = root ? std::nullopt : in_places(node);
  if (places) {
    List list;
    for (const Node* part : *places) list.push_back(to_value(*part, false));
    return Value(std::move(list));
  }
  std::vector<Map::Entry> entries;
  for (const auto& [name, part] : node.parts) entries.emplace_back(name, to_value(*part, false));
  return Value(Map::of_distinct(std::move(entries)));
}

}  // namespace

Value nested(const net::Pairs& pairs) {
  Node root;
  for (const auto& [name, value] : pairs) add(root, name, value);
  return to_value(root, true);
}

std::string to_form(const Value& pairs) {
  net::Pairs form;
  if (!pairs.is_map()) return "";
  for (const auto& [name, value] : pairs.as_map()) {
    if (value.is_null()) continue;
    if (!value.is_list()) {
      form.add(name, lang::to_text(value));
      continue;
    }
    for (const Value& each : value.as_list()) form.add(name, lang::to_text(each));
  }
  return net::to_form(form);
}

}  // namespace peregrine::boundary
