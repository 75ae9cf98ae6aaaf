// What the objects of providers refer to.
#include <array>
#include <optional>

#include "lang/cel/functions.h"
#include "lang/cel/groups.h"

namespace peregrine::lang::cel {

using base::Value;

namespace {

// Replaces the references that one dotted name goes through: `customer`, `charge.customer`.
std::optional<Value> expand_one(Call& call, const Value& value, std::string_view name) {
  if (!call.frame().charge(1)) return std::nullopt;
  if (!value.is_map()) return value;
  const base::Map& map = value.as_map();
  if (!call.frame().charge(static_cast<int64_t>(map.size()))) return std::nullopt;
  const size_t point = std::min(name.find('.'), name.size());
  const std::string_view field = name.substr(0, point);
  const Value* held = map.find(field);
  if (!held || held->is_null()) return value;
  Value object = held->is_map() ? *held : call.context().references->follow(map, field);
  if (point < name.size()) {
    auto inner = expand_one(call, object, name.substr(point + 1));
    if (!inner) return std::nullopt;
    object = *std::move(inner);
  }
  return Value(base::MapBuilder(map).set(std::string(field), std::move(object)).build());
}

std::optional<Value> expand_all(Call& call, Value value, const base::List& names) {
  for (const Value& name : names) {
    if (!name.is_text()) continue;
    auto expanded = expand_one(call, value, name.as_text());
    if (!expanded) return std::nullopt;
    value = *std::move(expanded);
  }
  return value;
}

// An object, or each of a list, with the references named replaced by what they refer to. Names of
// a list's elements may begin with `data.`, as Stripe's do. What is no reference remains.
bool expand(Call& call) {
  if (!call.context().references) return call.fail("expand() is for providers, which have objects");
  base::List names;
  if (call[1].is_list()) names = call[1].as_list();
  if (call[1].is_text()) names.push_back(call[1]);
  if (!call[0].is_list()) {
    auto expanded = expand_all(call, call[0], names);
    return expanded && call.give(*std::move(expanded));
  }
  for (Value& name : names) {
    if (name.is_text() && name.as_text().starts_with("data.")) name = name.as_text().substr(5);
  }
  base::List out;
  for (const Value& each : call[0].as_list()) {
    auto expanded = expand_all(call, each, names);
    if (!expanded) return false;
    out.push_back(*std::move(expanded));
  }
  return call.give(Value(std::move(out)));
}

constexpr std::array kFunctions = {
    Function{"expand",
             "expand(object, names)",
             Form::function,
             {kMap | kList | kNull, kAny},
             2,
             2,
             kMap | kList | kNull,
             expand,
             false},
};

}  // namespace

std::span<const Function> provider_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
