#include "lang/cel/node.h"

#include <algorithm>
#include <cmath>

#include "lang/cel/special.h"

namespace peregrine::lang::cel {

using base::Kind;
using base::Value;

namespace {

// An integer meets a double as a double, unless the double lies beyond all integers of its kind.
std::partial_ordering order_doubles(double a, const Value& b) {
  if (b.kind() == Kind::real) return a <=> b.as_double();
  if (b.kind() == Kind::int64) return a <=> static_cast<double>(b.as_int());
  if (b.kind() == Kind::uint64) return a <=> static_cast<double>(b.as_uint());
  return base::compare(Value(a), b);
}

bool equal_maps(Frame& frame, const Value& a, const Value& b) {
  if (map_size(a) != map_size(b)) return false;
  bool same = true;
  each_entry(a, [&](const Value& key, const Value& value) {
    const Value* there = map_find(b, key);
    same = there && equal(frame, value, *there);
    return same;
  });
  return same;
}

}  // namespace

bool Frame::exhausted() {
  error.code = base::Code::limit;
  error.text = fmt::format("the expression takes more than {} steps", kMaxSteps);
  return false;
}

std::partial_ordering order(const Value& a, const Value& b) {
  if (a.kind() == Kind::int64 && b.kind() == Kind::int64) return a.as_int() <=> b.as_int();
  if (!a.is_number() || !b.is_number()) return base::compare(a, b);
  if (a.kind() == Kind::real) return order_doubles(a.as_double(), b);
  if (b.kind() == Kind::real) return 0 <=> order_doubles(b.as_double(), a);
  return base::compare(a, b);
}

bool equal(Frame& frame, const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return order(a, b) == 0;
  if (a.is_list() && b.is_list()) {
    if (a.as_list().size() != b.as_list().size()) return false;
    if (!frame.charge(static_cast<int64_t>(a.as_list().size()))) return false;
    return std::ranges::equal(a.as_list(), b.as_list(), [&](const Value& left, const Value& right) {
      return equal(frame, left, right);
    });
  }
  if (is_map(a) && is_map(b)) {
    return frame.charge(static_cast<int64_t>(map_size(a))) && equal_maps(frame, a, b);
  }
  const Optional* left = as_optional(a);
  const Optional* right = as_optional(b);
  if (left && right && left->value() && right->value()) {
    return frame.charge(1) && equal(frame, *left->value(), *right->value());
  }
  return a == b;
}

int64_t count_values(const Value& value, int64_t most) {
  int64_t count = 1;
  if (value.is_list()) {
    for (const Value& element : value.as_list()) {
      count += count_values(element, most - count);
      if (count > most) return count;
    }
  } else if (is_map(value)) {
    each_entry(value, [&](const Value&, const Value& element) {
      count += count_values(element, most - count);
      return count <= most;
    });
  } else if (const Optional* optional = as_optional(value); optional && optional->value()) {
    count += count_values(*optional->value(), most - count);
  }
  return count;
}

}  // namespace peregrine::lang::cel
