#include "lang/cel/loops.h"

#include "lang/cel/special.h"

namespace peregrine::lang::cel {

using base::Code;
using base::Value;

namespace {

class LoopNode : public Node {
 public:
  explicit LoopNode(LoopParts parts) : parts_(std::move(parts)) {
    cost_ = parts_.body->weight + (parts_.filter ? parts_.filter->weight : 0);
    weight = parts_.range->weight + cost_ + 1;
  }

 protected:
  // What remains to do after an element.
  enum class Then { go_on, stop, fail };

  // Calls `visit` with the locals set, for each element, which passes the filter. False: failed.
  template <class Visit>
  bool each(Frame& frame, Visit visit) const {
    Value held;
    const Value* range = parts_.range->evaluate(frame, held);
    if (!range) return false;
    if (range->is_list()) return each_element(frame, range->as_list(), visit);
    if (!is_map(*range)) {
      frame.fail(range->is_null() ? Code::not_found : Code::invalid,
                 "`{}` is {}, and only a list or a map has elements",
                 frame.written(parts_.range->at), kind_name(*range));
      return false;
    }
    bool good = true;
    each_entry(*range, [&](const Value& key, const Value& value) {
      const Then then = element(frame, key, parts_.two ? value : key, key, visit);
      good = then != Then::fail;
      return then == Then::go_on;
    });
    return good;
  }

  // A bool that a part gives; null with an error for anything else.
  static const Value* truth(Frame& frame, const Node& part, Value& scratch) {
    const Value* value = part.evaluate(frame, scratch);
    if (!value || value->is_bool()) return value;
    return frame.fail(Code::invalid, "`{}` is {}, and a bool is needed", frame.written(part.at),
                      kind_name(*value));
  }

  LoopParts parts_;
  int64_t cost_ = 0;

 private:
  template <class Visit>
  bool each_element(Frame& frame, const base::List& list, Visit& visit) const {
    for (size_t i = 0; i < list.size(); ++i) {
      const Value index(static_cast<int64_t>(i));
      const Then then = element(frame, index, list[i], parts_.two ? index : list[i], visit);
      if (then != Then::go_on) return then == Then::stop;
    }
    return true;
  }

  template <class Visit>
  Then element(Frame& frame, const Value& key, const Value& value, const Value& first,
               Visit& visit) const {
    if (!frame.charge(1 + cost_)) return Then::fail;
    frame.locals[parts_.first] = &first;
    if (parts_.two) frame.locals[parts_.first + 1] = &value;
    if (parts_.filter) {
      Value scratch;
      const Value* passes = truth(frame, *parts_.filter, scratch);
      if (!passes) return Then::fail;
      if (!passes->as_bool()) return Then::go_on;
    }
    return visit(key, first);
  }
};

// all and exists: one element decides, and forgives the errors of others.
class QuantifierNode : public LoopNode {
 public:
  explicit QuantifierNode(LoopParts parts) : LoopNode(std::move(parts)) { gives = kBool; }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    const bool decides = parts_.loop == Loop::exists;
    bool decided = false, failed = false;
    base::Error first;
    const bool good = each(frame, [&](const Value&, const Value&) {
      Value held;
      const Value* value = truth(frame, *parts_.body, held);
      if (value && value->as_bool() == decides) {
        decided = true;
        return Then::stop;
      }
      if (!value && !failed) {
        failed = true;
        first = std::move(frame.error);
      }
      return Then::go_on;
    });
    if (!good) return nullptr;
    if (failed && !decided) {
      frame.error = std::move(first);
      return nullptr;
    }
    scratch = Value(decided == decides);
    return &scratch;
  }
};

class ExistsOneNode : public LoopNode {
 public:
  explicit ExistsOneNode(LoopParts parts) : LoopNode(std::move(parts)) { gives = kBool; }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    int64_t count = 0;
    const bool good = each(frame, [&](const Value&, const Value&) {
      Value held;
      const Value* value = truth(frame, *parts_.body, held);
      if (!value) return Then::fail;
      count += value->as_bool() ? 1 : 0;
      return Then::go_on;
    });
    if (!good) return nullptr;
    scratch = Value(count == 1);
    return &scratch;
  }
};

// filter and map, transformList: a new list.
class ListLoopNode : public LoopNode {
 public:
  explicit ListLoopNode(LoopParts parts) : LoopNode(std::move(parts)) { gives = kList; }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    base::List list;
    const bool good = each(frame, [&](const Value&, const Value& first) {
      Value held;
      const bool selects = parts_.loop == Loop::filter;
      const Value* value =
          selects ? truth(frame, *parts_.body, held) : parts_.body->evaluate(frame, held);
      if (!value) return Then::fail;
      if (!selects) {
        list.push_back(value == &held ? std::move(held) : *value);
      } else if (value->as_bool()) {
        list.push_back(first);
      }
      return Then::go_on;
    });
    if (!good) return nullptr;
    scratch = Value(std::move(list));
    return &scratch;
  }
};

// transformMap, transformMapEntry: a new map.
class MapLoopNode : public LoopNode {
 public:
  explicit MapLoopNode(LoopParts parts) : LoopNode(std::move(parts)) { gives = kMap; }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    std::vector<KeyedMap::Entry> entries;
    const bool good = each(frame, [&](const Value& key, const Value&) {
      Value held;
      const Value* value = parts_.body->evaluate(frame, held);
      if (!value) return Then::fail;
      if (parts_.loop == Loop::transform_map) {
        entries.emplace_back(key, *value);
        return Then::go_on;
      }
      if (!is_map(*value)) {
        frame.fail(Code::invalid, "`{}` is {}, and a map is needed", frame.written(parts_.body->at),
                   kind_name(*value));
        return Then::fail;
      }
      each_entry(*value, [&](const Value& made_key, const Value& made) {
        entries.emplace_back(made_key, made);
        return true;
      });
      return frame.charge(static_cast<int64_t>(map_size(*value))) ? Then::go_on : Then::fail;
    });
    if (!good) return nullptr;
    auto map = make_map(std::move(entries));
    if (!map) return frame.fail(Code::invalid, "`{}` has a key twice", frame.written(at));
    scratch = *std::move(map);
    return &scratch;
  }
};

class BindNode : public Node {
 public:
  BindNode(size_t local, NodePtr value, NodePtr body)
      : local_(local), value_(std::move(value)), body_(std::move(body)) {
    gives = body_->gives;
    weight = value_->weight + body_->weight + 1;
  }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    Value held;
    const Value* value = value_->evaluate(frame, held);
    if (!value) return nullptr;
    frame.locals[local_] = value;
    const Value* result = body_->evaluate(frame, scratch);
    // It may be a part of what is held here.
    if (result && result != &scratch) scratch = *result;
    return result ? &scratch : nullptr;
  }

 private:
  size_t local_;
  NodePtr value_;
  NodePtr body_;
};

class OptionalMapNode : public Node {
 public:
  OptionalMapNode(bool flat, size_t local, NodePtr optional, NodePtr body)
      : flat_(flat), local_(local), optional_(std::move(optional)), body_(std::move(body)) {
    gives = kOptional;
    weight = optional_->weight + body_->weight + 1;
  }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    Value held;
    const Value* value = optional_->evaluate(frame, held);
    if (!value) return nullptr;
    const Optional* optional = as_optional(*value);
    if (!optional) {
      return frame.fail(Code::invalid, "`{}` is {}, and an optional is needed",
                        frame.written(optional_->at), kind_name(*value));
    }
    if (!optional->value()) {
      scratch = optional_of(std::nullopt);
      return &scratch;
    }
    frame.locals[local_] = &*optional->value();
    const Value* result = body_->evaluate(frame, scratch);
    if (!result) return nullptr;
    if (flat_ && !as_optional(*result)) {
      return frame.fail(Code::invalid, "`{}` is {}, and an optional is needed",
                        frame.written(body_->at), kind_name(*result));
    }
    Value made = flat_ ? *result : optional_of(*result);
    scratch = std::move(made);
    return &scratch;
  }

 private:
  bool flat_;
  size_t local_;
  NodePtr optional_;
  NodePtr body_;
};

class OrNode : public Node {
 public:
  OrNode(NodePtr first, NodePtr second) : first_(std::move(first)), second_(std::move(second)) {
    gives = first_->gives | second_->gives;
    constant = first_->constant && second_->constant;
    weight = first_->weight + second_->weight + 1;
  }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    const Value* first = first_->evaluate(frame, scratch);
    if (first && !first->is_null()) return first;
    if (!first && frame.error.code != Code::not_found) return nullptr;
    return second_->evaluate(frame, scratch);
  }

 private:
  NodePtr first_;
  NodePtr second_;
};

}  // namespace

NodePtr make_loop(LoopParts parts) {
  switch (parts.loop) {
    case Loop::all:
    case Loop::exists:
      return std::make_unique<QuantifierNode>(std::move(parts));
    case Loop::exists_one:
      return std::make_unique<ExistsOneNode>(std::move(parts));
    case Loop::filter:
    case Loop::map:
      return std::make_unique<ListLoopNode>(std::move(parts));
    case Loop::transform_map:
    case Loop::transform_entry:
      return std::make_unique<MapLoopNode>(std::move(parts));
  }
  return nullptr;
}

NodePtr make_bind(size_t local, NodePtr value, NodePtr body) {
  return std::make_unique<BindNode>(local, std::move(value), std::move(body));
}

NodePtr make_optional_map(bool flat, size_t local, NodePtr optional, NodePtr body) {
  return std::make_unique<OptionalMapNode>(flat, local, std::move(optional), std::move(body));
}

NodePtr make_or(NodePtr first, NodePtr second) {
  return std::make_unique<OrNode>(std::move(first), std::move(second));
}

}  // namespace peregrine::lang::cel
