// Operators. `&&`, `||` and `?:` evaluate what they need; an error on one side of `&&` or `||` is
// forgotten when the other side decides (cel-spec, "Logical operators").
#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "lang/cel/arithmetic.h"
#include "lang/cel/nodes.h"
#include "lang/cel/special.h"

namespace peregrine::lang::cel {

using base::Code;
using base::Value;

namespace {

class LogicalNode : public Node {
 public:
  // Of `&&` false decides, of `||` true.
  LogicalNode(bool decides, Nodes operands) : decides_(decides), operands_(std::move(operands)) {
    gives = kBool;
  }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    bool failed = false;
    base::Error first;
    for (const NodePtr& operand : operands_) {
      const Value* value = operand->evaluate(frame, scratch);
      if (value && value->is_bool()) {
        if (value->as_bool() == decides_) return value;
        continue;
      }
      if (value) {
        frame.fail(Code::invalid, "`{}` is {}, and `{}` takes a bool", frame.written(operand->at),
                   kind_name(*value), decides_ ? "||" : "&&");
      }
      if (!failed) first = std::move(frame.error);
      failed = true;
    }
    if (failed) {
      frame.error = std::move(first);
      return nullptr;
    }
    scratch = Value(!decides_);
    return &scratch;
  }

 private:
  bool decides_;
  Nodes operands_;
};

class ChoiceNode : public Node {
 public:
  explicit ChoiceNode(Nodes parts) : parts_(std::move(parts)) {
    gives = parts_[1]->gives | parts_[2]->gives;
  }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    const Value* condition = parts_[0]->evaluate(frame, scratch);
    if (!condition) return nullptr;
    if (!condition->is_bool()) {
      return frame.fail(Code::invalid, "`{}` is {}, and `?` takes a bool",
                        frame.written(parts_[0]->at), kind_name(*condition));
    }
    return parts_[condition->as_bool() ? 1 : 2]->evaluate(frame, scratch);
  }

 private:
  Nodes parts_;
};

class NotNode : public Node {
 public:
  explicit NotNode(Nodes operands) : operand_(std::move(operands[0])) { gives = kBool; }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    const Value* value = operand_->evaluate(frame, scratch);
    if (!value) return nullptr;
    if (!value->is_bool()) {
      return frame.fail(Code::invalid, "`{}` is {}, and `!` takes a bool",
                        frame.written(operand_->at), kind_name(*value));
    }
    const bool truth = value->as_bool();
    scratch = Value(!truth);
    return &scratch;
  }

 private:
  NodePtr operand_;
};

class NegationNode : public Node {
 public:
  explicit NegationNode(Nodes operands) : operand_(std::move(operands[0])) {
    gives = operand_->gives & (kInt | kReal | kDecimal | kDuration);
  }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    Value held;
    const Value* value = operand_->evaluate(frame, held);
    return value && negate(frame, *value, scratch) ? &scratch : nullptr;
  }

 private:
  NodePtr operand_;
};

class ArithmeticNode : public Node {
 public:
  ArithmeticNode(char sign, Nodes operands)
      : sign_(sign), left_(std::move(operands[0])), right_(std::move(operands[1])) {
    gives = calculates(sign, left_->gives, right_->gives);
  }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    Value left_held, right_held;
    const Value* left = left_->evaluate(frame, left_held);
    if (!left) return nullptr;
    const Value* right = right_->evaluate(frame, right_held);
    if (!right) return nullptr;
    return calculate(frame, sign_, *left, *right, scratch) ? &scratch : nullptr;
  }

 private:
  char sign_;
  NodePtr left_;
  NodePtr right_;
};

// Evaluates two operands and gives a bool.
template <class Compare>
class RelationNode : public Node {
 public:
  RelationNode(std::string_view sign, Nodes operands)
      : sign_(sign), left_(std::move(operands[0])), right_(std::move(operands[1])) {
    gives = kBool;
  }
  const Value* evaluate(Frame& frame, Value& scratch) const override {
    Value held;
    const Value* left = left_->evaluate(frame, scratch);
    if (!left) return nullptr;
    const Value* right = right_->evaluate(frame, held);
    if (!right) return nullptr;
    bool holds = false;
    if (!Compare::holds(frame, sign_, *left, *right, holds)) return nullptr;
    scratch = Value(holds);
    return &scratch;
  }

 private:
  std::string_view sign_;
  NodePtr left_;
  NodePtr right_;
};

struct Equality {
  static bool holds(Frame& frame, std::string_view sign, const Value& a, const Value& b,
                    bool& result) {
    result = equal(frame, a, b) == (sign[0] == '=');
    return frame.steps_left >= 0;
  }
};

struct Order {
  static bool holds(Frame& frame, std::string_view sign, const Value& a, const Value& b,
                    bool& result) {
    constexpr KindSet kOrdered = kBool | kText | kBytes | kInstant | kDuration;
    const bool ordered = (a.is_number() && b.is_number()) || (kind_of(a) & kind_of(b) & kOrdered);
    if (!ordered) {
      frame.fail(Code::invalid, "`{}` does not compare {} with {}: {} {} {}", sign, kind_name(a),
                 kind_name(b), base::shortened(base::to_json(a), 60), sign,
                 base::shortened(base::to_json(b), 60));
      return false;
    }
    const std::partial_ordering found = order(a, b);
    if (sign == "<") result = found < 0;
    if (sign == "<=") result = found <= 0;
    if (sign == ">") result = found > 0;
    if (sign == ">=") result = found >= 0;
    return true;
  }
};

struct Membership {
  static bool holds(Frame& frame, std::string_view, const Value& element, const Value& in,
                    bool& result) {
    if (is_map(in)) {
      result = map_find(in, element) != nullptr;
      return true;
    }
    if (!in.is_list()) {
      frame.fail(Code::invalid, "`in` takes a list or a map, not {}", kind_name(in));
      return false;
    }
    if (!frame.charge(static_cast<int64_t>(in.as_list().size()))) return false;
    result = std::ranges::any_of(in.as_list(),
                                 [&](const Value& each) { return equal(frame, each, element); });
    return frame.steps_left >= 0;
  }
};

NodePtr build(std::string_view sign, Nodes operands) {
  if (sign == "&&") return std::make_unique<LogicalNode>(false, std::move(operands));
  if (sign == "||") return std::make_unique<LogicalNode>(true, std::move(operands));
  if (sign == "?:") return std::make_unique<ChoiceNode>(std::move(operands));
  if (sign == "!") return std::make_unique<NotNode>(std::move(operands));
  if (sign == "==" || sign == "!=") {
    return std::make_unique<RelationNode<Equality>>(sign == "==" ? "==" : "!=",
                                                    std::move(operands));
  }
  if (sign == "in") return std::make_unique<RelationNode<Membership>>("in", std::move(operands));
  for (std::string_view each : {"<=", ">=", "<", ">"}) {
    if (sign == each) return std::make_unique<RelationNode<Order>>(each, std::move(operands));
  }
  if (operands.size() == 1) return std::make_unique<NegationNode>(std::move(operands));
  return std::make_unique<ArithmeticNode>(sign[0], std::move(operands));
}

}  // namespace

NodePtr make_operation(std::string_view sign, Nodes operands) {
  const bool constant =
      std::ranges::all_of(operands, [](const auto& node) { return node->constant; });
  // `false && x` is false whatever x is.
  const bool decided =
      (sign == "&&" || sign == "||") && std::ranges::any_of(operands, [&](const auto& node) {
        const Value* value = literal(*node);
        return value && value->is_bool() && value->as_bool() == (sign == "||");
      });
  if (decided) {
    return std::make_unique<LiteralNode>(Value(sign == "||"));
  }
  int64_t weight = 1;
  for (const NodePtr& operand : operands) weight += operand->weight;
  NodePtr node = build(sign, std::move(operands));
  node->constant = constant;
  node->weight = weight;
  return node;
}

}  // namespace peregrine::lang::cel
