// A compiled expression is a tree of nodes, each of which evaluates itself. Immutable; shared by
// all who play. Names are slots of the player or, of macros, locals of the frame.
#pragma once

#include <fmt/core.h>

#include <array>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "lang/cel/kinds.h"
#include "lang/cel/limits.h"
#include "lang/cel/syntax.h"
#include "lang/context.h"

namespace peregrine::lang::cel {

// One evaluation under way.
struct Frame {
  Frame(const Context& the_context, std::string_view the_text)
      : context(the_context), text(the_text) {}

  const Context& context;
  std::string_view text;  // of the whole expression, for messages
  int64_t steps_left = kMaxSteps;
  base::Error error{};
  // Of macros; what lies beyond those in use is not set.
  std::array<const base::Value*, kMaxLocals> locals;

  // Notes an error. Gives null, which is how a node says that it failed.
  template <class... Args>
  std::nullptr_t fail(base::Code code, fmt::format_string<Args...> format, Args&&... args) {
    error.code = code;
    error.text = fmt::format(format, std::forward<Args>(args)...);
    return nullptr;
  }

  // Counts steps; false, with an error, when there were too many.
  bool charge(int64_t steps) {
    steps_left -= steps;
    return steps_left >= 0 || exhausted();
  }
  bool exhausted();

  std::string_view written(Span at) const { return text.substr(at.begin, at.end - at.begin); }
};

class Node {
 public:
  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  virtual ~Node() = default;

  // The value, or null with the frame's error set. It is `scratch`, or it is something that
  // outlives the evaluation of the node around this one: a slot, a literal, a part of a local.
  virtual const base::Value* evaluate(Frame& frame, base::Value& scratch) const = 0;

  Span at{};
  KindSet gives = kAny;   // what it may be, as far as is known
  bool constant = false;  // always the same, and reads nothing
  int64_t weight = 1;     // nodes in it
};

using NodePtr = std::unique_ptr<Node>;
using Nodes = std::vector<NodePtr>;

class LiteralNode : public Node {
 public:
  explicit LiteralNode(base::Value value) : value_(std::move(value)) {
    constant = true;
    gives = kind_of(value_);
  }
  const base::Value* evaluate(Frame&, base::Value&) const override { return &value_; }
  const base::Value& value() const { return value_; }

 private:
  base::Value value_;
};

// Null if the node is no literal.
inline const base::Value* literal(const Node& node) {
  const auto* found = dynamic_cast<const LiteralNode*>(&node);
  return found ? &found->value() : nullptr;
}

// Numbers across kinds as CEL has it, all else alike and deep. Counts steps: when they are used up,
// frame.steps_left is negative and the answer means nothing.
bool equal(Frame& frame, const base::Value& a, const base::Value& b);
std::partial_ordering order(const base::Value& a, const base::Value& b);

// How many values are in it, itself included; stops counting above `most`.
int64_t count_values(const base::Value& value, int64_t most);

}  // namespace peregrine::lang::cel
