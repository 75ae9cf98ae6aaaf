// YAML to a tree of nodes that know their places. yaml-cpp scans; this keeps the rules of
// docs/language.md: only `true false null`, integers and decimals are not text, a key twice is a
// mistake, aliases are copied up to a bound, merge keys and tags are not read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/value.h"
#include "lang/diagnostic.h"

namespace peregrine::lang {

struct Node {
  enum class Kind { null, scalar, list, map };
  struct Entry;

  Kind kind = Kind::null;
  Place at;
  std::string text;     // of a scalar; of a null as it is written
  bool quoted = false;  // a quoted or block scalar is always text
  std::vector<Node> items;
  std::vector<Entry> entries;  // in the order of the file

  const Node* find(std::string_view key) const;
  // The keys of a map, which live as long as the node.
  std::vector<std::string_view> keys() const;
  // "a map", "a list", "`abc`", "nothing", for messages.
  std::string describe() const;
};

struct Node::Entry {
  Node key;
  Node value;
};

// A scalar's value: `12` is an integer, `"12"` and `012` are text, `null` and nothing are null.
// REQUIRES: not a list or map.
base::Value scalar_value(const Node& node);

// The file's one document. None when it cannot be read at all; the reasons are in `diagnostics`.
std::optional<Node> read_yaml(std::shared_ptr<const Source> source, Diagnostics& diagnostics);

}  // namespace peregrine::lang
