// Lists and maps that an expression writes out.
#include <algorithm>
#include <numeric>

#include "lang/cel/nodes.h"
#include "lang/cel/special.h"

namespace peregrine::lang::cel {

using base::Code;
using base::Value;

namespace {

// Evaluates a part into `out`. An optional part gives its value, or nothing when it is none.
bool evaluate_part(Frame& frame, const Node& node, bool is_optional, std::optional<Value>& out) {
  Value scratch;
  const Value* value = node.evaluate(frame, scratch);
  if (!value) return false;
  if (!is_optional) {
    out = *value;
    return true;
  }
  const Optional* optional = as_optional(*value);
  if (!optional) {
    frame.fail(Code::invalid, "`?` takes an optional, and `{}` is {}", frame.written(node.at),
               kind_name(*value));
    return false;
  }
  out = optional->value();
  return true;
}

class ListNode : public Node {
 public:
  ListNode(Nodes elements, std::vector<bool> optional)
      : elements_(std::move(elements)), optional_(std::move(optional)) {
    gives = kList;
  }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    if (!frame.charge(static_cast<int64_t>(elements_.size()))) return nullptr;
    base::List list;
    list.reserve(elements_.size());
    for (size_t i = 0; i < elements_.size(); ++i) {
      std::optional<Value> value;
      if (!evaluate_part(frame, *elements_[i], optional_[i], value)) return nullptr;
      if (value) list.push_back(*std::move(value));
    }
    scratch = Value(std::move(list));
    return &scratch;
  }

 private:
  Nodes elements_;
  std::vector<bool> optional_;
};

class MapNode : public Node {
 public:
  MapNode(Nodes parts, std::vector<bool> optional)
      : parts_(std::move(parts)), optional_(std::move(optional)) {
    gives = kMap;
  }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    if (!frame.charge(static_cast<int64_t>(parts_.size()))) return nullptr;
    std::vector<KeyedMap::Entry> entries;
    entries.reserve(parts_.size() / 2);
    for (size_t i = 0; i < parts_.size(); i += 2) {
      std::optional<Value> key, value;
      if (!evaluate_part(frame, *parts_[i], false, key)) return nullptr;
      if (!(kind_of(*key) & (kBool | kInteger | kText))) {
        return frame.fail(Code::invalid, "a map's key is a bool, int or text, not {}",
                          kind_name(*key));
      }
      if (!evaluate_part(frame, *parts_[i + 1], optional_[i / 2], value)) return nullptr;
      if (value) entries.emplace_back(*std::move(key), *std::move(value));
    }
    auto map = cel::make_map(std::move(entries));
    if (!map) return frame.fail(Code::invalid, "`{}` has a key twice", frame.written(at));
    scratch = *std::move(map);
    return &scratch;
  }

 private:
  Nodes parts_;
  std::vector<bool> optional_;
};

template <class Made>
NodePtr make(Nodes parts, std::vector<bool> optional) {
  const bool constant = std::ranges::all_of(parts, [](const auto& part) { return part->constant; });
  int64_t weight = 1;
  for (const NodePtr& part : parts) weight += part->weight;
  auto node = std::make_unique<Made>(std::move(parts), std::move(optional));
  node->constant = constant;
  node->weight = weight;
  return node;
}

}  // namespace

NodePtr make_list(Nodes elements, std::vector<bool> optional) {
  return make<ListNode>(std::move(elements), std::move(optional));
}

NodePtr make_map(Nodes parts, std::vector<bool> optional) {
  return make<MapNode>(std::move(parts), std::move(optional));
}

}  // namespace peregrine::lang::cel
