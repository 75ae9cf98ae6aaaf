// Calls: arguments are evaluated, the function is picked by what they are.
#include <algorithm>

#include "lang/cel/functions.h"

namespace peregrine::lang::cel {

using base::Value;

namespace {

bool fits(const Function& function, Arguments arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!(kind_of(*arguments[i]) & function.takes_at(i))) return false;
  }
  return true;
}

std::nullptr_t wrong_kinds(Frame& frame, const std::vector<const Function*>& functions,
                           Arguments arguments) {
  std::string kinds, usages;
  for (const Value* argument : arguments) {
    kinds += fmt::format("{}{}", kinds.empty() ? "" : ", ", kind_name(*argument));
  }
  for (const Function* function : functions) {
    usages += fmt::format("{}{}", usages.empty() ? "" : " or ", function->usage);
  }
  return frame.fail(base::Code::invalid, "{} does not work on {}", usages, kinds);
}

const Value* call(Frame& frame, const std::vector<const Function*>& functions, Arguments arguments,
                  Value& result) {
  if (!frame.charge(1)) return nullptr;
  for (const Function* function : functions) {
    if (!fits(*function, arguments)) continue;
    Call under_way(frame, arguments, result);
    return function->call(under_way) ? &result : nullptr;
  }
  return wrong_kinds(frame, functions, arguments);
}

// With room for `kCount` arguments on the stack.
template <size_t kCount>
class CallNode : public Node {
 public:
  CallNode(std::vector<const Function*> functions, Nodes arguments)
      : functions_(std::move(functions)), arguments_(std::move(arguments)) {}

  const Value* evaluate(Frame& frame, Value& scratch) const override {
    std::array<Value, kCount> held;
    std::array<const Value*, kCount> values;
    for (size_t i = 0; i < arguments_.size(); ++i) {
      values[i] = arguments_[i]->evaluate(frame, held[i]);
      if (!values[i]) return nullptr;
    }
    return call(frame, functions_, Arguments(values.data(), arguments_.size()), scratch);
  }

 private:
  std::vector<const Function*> functions_;
  Nodes arguments_;
};

class LongCallNode : public Node {
 public:
  LongCallNode(std::vector<const Function*> functions, Nodes arguments)
      : functions_(std::move(functions)), arguments_(std::move(arguments)) {}

  const Value* evaluate(Frame& frame, Value& scratch) const override {
    std::vector<Value> held(arguments_.size());
    std::vector<const Value*> values(arguments_.size());
    for (size_t i = 0; i < arguments_.size(); ++i) {
      values[i] = arguments_[i]->evaluate(frame, held[i]);
      if (!values[i]) return nullptr;
    }
    return call(frame, functions_, values, scratch);
  }

 private:
  std::vector<const Function*> functions_;
  Nodes arguments_;
};

}  // namespace

NodePtr make_call(std::vector<const Function*> functions, Nodes arguments) {
  KindSet gives = 0;
  int64_t weight = 1;
  for (const Function* function : functions) gives |= function->gives;
  bool constant = std::ranges::all_of(functions, [](const Function* f) { return f->pure; });
  for (const NodePtr& argument : arguments) {
    constant = constant && argument->constant;
    weight += argument->weight;
  }
  const size_t count = arguments.size();
  NodePtr node;
  if (count <= 1) {
    node = std::make_unique<CallNode<1>>(std::move(functions), std::move(arguments));
  } else if (count <= 3) {
    node = std::make_unique<CallNode<3>>(std::move(functions), std::move(arguments));
  } else {
    node = std::make_unique<LongCallNode>(std::move(functions), std::move(arguments));
  }
  node->gives = gives;
  node->constant = constant;
  node->weight = weight;
  return node;
}

}  // namespace peregrine::lang::cel
