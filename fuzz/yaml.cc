// YAML from arbitrary bytes: it becomes a tree within its limits, or mistakes; every node and every
// mistake has its place in the file; read twice it is the same.
#include "lang/yaml.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/text.h"
#include "lang/yaml_tree.h"

namespace {

using peregrine::base::check;
using namespace peregrine::lang;  // NOLINT(google-build-using-namespace)

void check_place(const Place& at) {
  check(at.source && at.line >= 1 && at.line <= at.source->lines() + 1, "a line beyond the file");
  check(at.column >= 1, "a column before the line");
}

// How many nodes there are.
size_t check_node(const Node& node, size_t depth, std::string& seen) {
  check(depth <= YamlTree::kMaxDepth, "a tree beyond its depth");
  check_place(node.at);
  check(!node.describe().empty(), "a node without words");
  seen += static_cast<char>('a' + static_cast<int>(node.kind)) + node.text;
  if (node.kind == Node::Kind::scalar || node.kind == Node::Kind::null) {
    (void)scalar_value(node);
    check(node.items.empty() && node.entries.empty(), "a scalar with children");
    return 1;
  }
  size_t nodes = 1;
  for (const Node& item : node.items) nodes += check_node(item, depth + 1, seen);
  for (const Node::Entry& entry : node.entries) {
    check(node.find(entry.key.text) == &entry.value, "a key that finds another's value");
    nodes += check_node(entry.key, depth + 1, seen) + check_node(entry.value, depth + 1, seen);
  }
  return nodes;
}

std::string read(const std::string& text) {
  Diagnostics diagnostics;
  const auto tree = read_yaml(std::make_shared<const Source>("a.yaml", text), diagnostics);
  std::string seen;
  check(tree.has_value() || !diagnostics.empty(), "neither a tree nor a mistake");
  for (const Diagnostic& mistake : diagnostics.sorted()) {
    const std::string words = render(mistake);
    check(words.size() < 8'000, "a message that nobody would read");
    check(!peregrine::base::first_invalid_utf8(words), "a message that is not UTF-8");
    seen += words;
  }
  if (tree && diagnostics.empty()) {
    check(check_node(*tree, 1, seen) <= YamlTree::kMaxNodes, "a tree beyond its size");
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check(read(text) == read(text), "a file that is read in two ways");
  return 0;
}
