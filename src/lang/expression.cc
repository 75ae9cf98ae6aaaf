#include "lang/expression.h"

#include <fmt/core.h>

#include "base/check.h"
#include "base/json.h"
#include "base/text.h"
#include "lang/functions.h"

namespace peregrine::lang {

using base::Code;
using base::fail;
using base::Result;
using base::Value;

namespace {

// "; it has a, b", or of a large map the key most like the one that is missing.
std::string what_it_has(const base::Map& map, std::string_view missing) {
  constexpr size_t kListed = 12;
  if (map.empty()) return "; it is empty";
  if (map.size() > kListed) {
    std::vector<std::string_view> keys;
    for (const auto& [key, value] : map) keys.push_back(key);
    const auto near = base::nearest(missing, keys);
    return near ? fmt::format("; it has `{}`", *near) : "";
  }
  std::string keys;
  for (const auto& [key, value] : map) keys += fmt::format("{}`{}`", keys.empty() ? "" : ", ", key);
  return "; it has " + base::shortened(keys, 200);
}

Result<Value> member(const Value& of, const Expression::Member& node) {
  if (!of.is_map()) {
    // Of nothing every part is absent, which `or` may fill.
    return fail(of.is_null() ? Code::not_found : Code::invalid, "`{}` is {}, so it has no `{}`",
                node.of->text, base::name(of.kind()), node.key);
  }
  if (const Value* found = of.find(node.key)) return *found;
  return fail(Code::not_found, "`{}` has no `{}`{}", node.of->text, node.key,
              what_it_has(of.as_map(), node.key));
}

Result<Value> element(const Value& of, const Value& at, const Expression::Index& node) {
  if (of.is_map() && at.is_text()) {
    if (const Value* found = of.find(at.as_text())) return *found;
    return fail(Code::not_found, "`{}` has no `{}`", node.of->text, at.as_text());
  }
  if (of.is_null()) {
    return fail(Code::not_found, "`{}` is null, so it has nothing at {}", node.of->text,
                base::to_json(at));
  }
  if (!of.is_list() || at.kind() != base::Kind::int64) {
    return fail(Code::invalid, "`{}` is {}, which cannot be indexed with {}", node.of->text,
                base::name(of.kind()), base::to_json(at));
  }
  const base::List& list = of.as_list();
  const int64_t index = at.as_int();
  if (index < 0 || static_cast<size_t>(index) >= list.size()) {
    return fail(Code::not_found, "`{}` has {} element{}, so there is none at {}", node.of->text,
                list.size(), list.size() == 1 ? "" : "s", index);
  }
  return list[static_cast<size_t>(index)];
}

// `or(a, b)` is a where it exists: the one function whose first argument may fail.
Result<Value> call(const Expression::Call& node, const Context& context) {
  std::vector<Value> arguments;
  for (const Expression& argument : node.arguments) {
    Result<Value> value = argument.evaluate(context);
    const bool may_be_absent = node.function->name == "or" && arguments.empty() &&
                               (!value && value.error().code == Code::not_found);
    if (!value && !may_be_absent) return value;
    arguments.push_back(value ? *std::move(value) : Value());
  }
  return node.function->call(context, arguments);
}

struct Evaluator {
  const Context& context;

  Result<Value> operator()(const Expression::Literal& node) const { return node.value; }
  Result<Value> operator()(const Expression::Name& node) const {
    base::check(node.slot < context.slots.size(), "a slot outside of the plan");
    return context.slots[node.slot];
  }
  Result<Value> operator()(const Expression::Member& node) const {
    TRY(const Value of, node.of->evaluate(context));
    return member(of, node);
  }
  Result<Value> operator()(const Expression::Index& node) const {
    TRY(const Value of, node.of->evaluate(context));
    TRY(const Value at, node.at->evaluate(context));
    return element(of, at, node);
  }
  Result<Value> operator()(const Expression::Call& node) const { return call(node, context); }
};

struct Reads {
  Slot slot;
  bool operator()(const Expression::Literal&) const { return false; }
  bool operator()(const Expression::Name& node) const { return node.slot == slot; }
  bool operator()(const Expression::Member& node) const { return node.of->reads(slot); }
  bool operator()(const Expression::Index& node) const {
    return node.of->reads(slot) || node.at->reads(slot);
  }
  bool operator()(const Expression::Call& node) const {
    for (const Expression& argument : node.arguments) {
      if (argument.reads(slot)) return true;
    }
    return false;
  }
};

}  // namespace

Result<Value> Expression::evaluate(const Context& context) const {
  return std::visit(Evaluator{context}, node);
}

bool Expression::reads(Slot slot) const { return std::visit(Reads{slot}, node); }

}  // namespace peregrine::lang
