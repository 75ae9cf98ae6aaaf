// Names, members, indices: what reads values. Nothing is copied on the way to a member of a slot.
#include "base/check.h"
#include "base/json.h"
#include "base/text.h"
#include "lang/cel/nodes.h"
#include "lang/cel/special.h"

namespace peregrine::lang::cel {

using base::Code;
using base::Value;

namespace {

class SlotNode : public Node {
 public:
  explicit SlotNode(Slot slot) : slot_(slot) {}
  const Value* evaluate(Frame& frame, Value&) const override {
    base::check(slot_ < frame.context.slots.size(), "a slot outside of the plan");
    return &frame.context.slots[slot_];
  }

 private:
  Slot slot_;
};

class SelfNode : public Node {
 public:
  const Value* evaluate(Frame& frame, Value&) const override {
    base::check(frame.context.self != nullptr, "there is no `this`");
    return frame.context.self;
  }
};

class LocalNode : public Node {
 public:
  explicit LocalNode(size_t local) : local_(local) {}
  const Value* evaluate(Frame& frame, Value&) const override { return frame.locals[local_]; }

 private:
  size_t local_;
};

class FailureNode : public Node {
 public:
  explicit FailureNode(std::string why) : why_(std::move(why)) {}
  const Value* evaluate(Frame& frame, Value&) const override {
    return frame.fail(Code::invalid, "{}", why_);
  }

 private:
  std::string why_;
};

// A part of what `of` gave. When that lies in `scratch`, so does the part, which must not go with
// it.
const Value* kept(const Value* part, const Value& whole, Value& scratch) {
  if (!part || &whole != &scratch) return part;
  Value copy = *part;
  scratch = std::move(copy);
  return &scratch;
}

// "; it has `a`, `b`", or of a large map the key most like the one that is missing.
std::string what_it_has(const Value& map, std::string_view missing) {
  constexpr size_t kListed = 12;
  std::vector<std::string> keys;
  each_entry(map, [&](const Value& key, const Value&) {
    keys.push_back(key.is_text() ? key.as_text() : base::to_json(key));
    return true;
  });
  if (keys.empty()) return "; it is empty";
  if (keys.size() > kListed) {
    const auto near =
        base::nearest(missing, std::vector<std::string_view>(keys.begin(), keys.end()));
    return near ? fmt::format("; it has `{}`", *near) : "";
  }
  std::string list;
  for (const std::string& key : keys) list += fmt::format("{}`{}`", list.empty() ? "" : ", ", key);
  return "; it has " + base::shortened(list, 200);
}

std::nullptr_t no_member(Frame& frame, const Node& of, const Value& value, std::string_view key) {
  if (is_map(value)) {
    return frame.fail(Code::not_found, "`{}` has no `{}`{}", frame.written(of.at), key,
                      what_it_has(value, key));
  }
  return frame.fail(value.is_null() ? Code::not_found : Code::invalid,
                    "`{}` is {}, so it has no `{}`", frame.written(of.at), kind_name(value), key);
}

const Value* find_member(const Value& of, const std::string& key) {
  if (of.is_map()) return of.as_map().find(key);
  return is_map(of) ? map_find(of, Value(key)) : nullptr;
}

// What the part of an optional is, or of a value when the syntax asks for an optional.
const Value* give_optional(const Value* part, Value& scratch) {
  Value made = optional_of(part ? std::optional(*part) : std::nullopt);
  scratch = std::move(made);
  return &scratch;
}

class MemberNode : public Node {
 public:
  MemberNode(NodePtr of, std::string key, bool optional)
      : of_(std::move(of)), key_(std::move(key)), optional_(optional) {}

  const Value* evaluate(Frame& frame, Value& scratch) const override {
    const Value* of = of_->evaluate(frame, scratch);
    if (!of) return nullptr;
    if (of->is_map() && !optional_) {
      if (const Value* found = of->as_map().find(key_)) return kept(found, *of, scratch);
      return no_member(frame, *of_, *of, key_);
    }
    return evaluate_special(frame, *of, scratch);
  }

 private:
  const Value* evaluate_special(Frame& frame, const Value& of, Value& scratch) const {
    const Value* whole = &of;
    const Optional* optional = as_optional(of);
    if (optional) {
      if (!optional->value()) return give_optional(nullptr, scratch);
      whole = &*optional->value();
    }
    const Value* found = find_member(*whole, key_);
    const bool may_lack = (optional || optional_) && (is_map(*whole) || whole->is_null());
    if (!found && (!may_lack || (whole->is_null() && !optional_))) {
      return no_member(frame, *of_, *whole, key_);
    }
    if (optional || optional_) return give_optional(found, scratch);
    return kept(found, of, scratch);
  }

  NodePtr of_;
  std::string key_;
  bool optional_;
};

class HasNode : public Node {
 public:
  HasNode(NodePtr of, std::string key) : of_(std::move(of)), key_(std::move(key)) { gives = kBool; }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    const Value* of = of_->evaluate(frame, scratch);
    if (!of) return nullptr;
    const Optional* optional = as_optional(*of);
    const Value* whole = optional && optional->value() ? &*optional->value() : of;
    const bool none = whole->is_null() || (optional && !optional->value());
    if (!none && !is_map(*whole)) return no_member(frame, *of_, *whole, key_);
    const bool found = !none && find_member(*whole, key_);
    scratch = Value(found);
    return &scratch;
  }

 private:
  NodePtr of_;
  std::string key_;
};

// An index as a place in a list, whatever kind of number it is; nothing if it is none.
std::optional<int64_t> place(const Value& at) {
  if (at.kind() == base::Kind::int64) return at.as_int();
  if (at.kind() == base::Kind::uint64 && at.as_uint() <= INT64_MAX) {
    return static_cast<int64_t>(at.as_uint());
  }
  if (at.kind() == base::Kind::real && at.as_double() >= 0 && at.as_double() < 1e15 &&
      at.as_double() == static_cast<double>(static_cast<int64_t>(at.as_double()))) {
    return static_cast<int64_t>(at.as_double());
  }
  return std::nullopt;
}

class IndexNode : public Node {
 public:
  IndexNode(NodePtr of, NodePtr index, bool optional)
      : of_(std::move(of)), index_(std::move(index)), optional_(optional) {}

  const Value* evaluate(Frame& frame, Value& scratch) const override {
    Value held;
    const Value* index = index_->evaluate(frame, held);
    if (!index) return nullptr;
    const Value* of = of_->evaluate(frame, scratch);
    if (!of) return nullptr;
    const Value* whole = of;
    const Optional* optional = as_optional(*of);
    if (optional) {
      if (!optional->value()) return give_optional(nullptr, scratch);
      whole = &*optional->value();
    }
    const bool lenient = optional || optional_;
    const Value* found = find(frame, *whole, *index, lenient);
    if (!found && (!lenient || failed(*whole, *index))) return nullptr;
    if (lenient) return give_optional(found, scratch);
    return kept(found, *of, scratch);
  }

 private:
  static bool failed(const Value& of, const Value& index) {
    return !is_map(of) && !(of.is_list() && place(index)) && !of.is_null();
  }

  const Value* find(Frame& frame, const Value& of, const Value& index, bool lenient) const {
    if (of.is_list()) return find_element(frame, of.as_list(), index, lenient);
    if (!is_map(of)) return cannot_index(frame, of, index);
    const Value* found = map_find(of, index);
    if (!found && !lenient) {
      const std::string key = index.is_text() ? index.as_text() : base::to_json(index);
      frame.fail(Code::not_found, "`{}` has no `{}`{}", frame.written(of_->at),
                 base::shortened(key, 80), what_it_has(of, key));
    }
    return found;
  }

  const Value* find_element(Frame& frame, const base::List& list, const Value& index,
                            bool lenient) const {
    const auto number = place(index);
    if (!number) return cannot_index(frame, Value(base::List{}), index);
    if (*number >= 0 && static_cast<size_t>(*number) < list.size()) {
      return &list[static_cast<size_t>(*number)];
    }
    if (lenient) return nullptr;
    return frame.fail(Code::not_found, "`{}` has {} element{}, so there is none at {}",
                      frame.written(of_->at), list.size(), list.size() == 1 ? "" : "s", *number);
  }

  std::nullptr_t cannot_index(Frame& frame, const Value& of, const Value& index) const {
    return frame.fail(of.is_null() ? Code::not_found : Code::invalid,
                      "`{}` is {}, which cannot be indexed with {}", frame.written(of_->at),
                      kind_name(of), base::shortened(base::to_json(index), 80));
  }

  NodePtr of_;
  NodePtr index_;
  bool optional_;
};

}  // namespace

NodePtr make_slot(Slot slot) { return std::make_unique<SlotNode>(slot); }
NodePtr make_self() { return std::make_unique<SelfNode>(); }
NodePtr make_local(size_t local) { return std::make_unique<LocalNode>(local); }
NodePtr make_failure(std::string why) { return std::make_unique<FailureNode>(std::move(why)); }

NodePtr make_member(NodePtr of, std::string key, bool optional) {
  const bool constant = of->constant;
  const int64_t weight = of->weight + 1;
  auto node = std::make_unique<MemberNode>(std::move(of), std::move(key), optional);
  node->constant = constant;
  node->weight = weight;
  return node;
}

NodePtr make_has(NodePtr of, std::string key) {
  const bool constant = of->constant;
  const int64_t weight = of->weight + 1;
  auto node = std::make_unique<HasNode>(std::move(of), std::move(key));
  node->constant = constant;
  node->weight = weight;
  return node;
}

NodePtr make_index(NodePtr of, NodePtr at, bool optional) {
  const bool constant = of->constant && at->constant;
  const int64_t weight = of->weight + at->weight + 1;
  auto node = std::make_unique<IndexNode>(std::move(of), std::move(at), optional);
  node->constant = constant;
  node->weight = weight;
  return node;
}

}  // namespace peregrine::lang::cel
