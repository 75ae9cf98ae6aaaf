#include "base/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace peregrine::base {
namespace {

// Maps up to this size are searched from front to back.
constexpr size_t kSmallMap = 8;

bool are_distinct(const std::vector<Map::Entry>& few) {
  for (size_t i = 1; i < few.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (few[i].first == few[j].first) return false;
    }
  }
  return true;
}

Decimal decimal_of(const Value& number) {
  switch (number.kind()) {
    case Kind::int64:
      return Decimal(number.as_int());
    case Kind::uint64:
      return Decimal(number.as_uint());
    case Kind::real:
      return Decimal::exact(number.as_double());
    default:
      return number.as_decimal();
  }
}

std::partial_ordering compare_double(double a, const Value& b) {
  if (b.kind() == Kind::real) return a <=> b.as_double();
  if (std::isnan(a)) return std::partial_ordering::unordered;
  if (std::isinf(a)) return a <=> 0.0;
  // Integers up to 2^53 are doubles too.
  constexpr int64_t kExact = int64_t{1} << 53;
  if (b.kind() == Kind::int64 && b.as_int() >= -kExact && b.as_int() <= kExact)
    return a <=> static_cast<double>(b.as_int());
  if (b.kind() == Kind::decimal && Decimal::shortest(a) == b.as_decimal())
    return std::partial_ordering::equivalent;
  return Decimal::exact(a) <=> decimal_of(b);
}

std::partial_ordering compare_numbers(const Value& a, const Value& b) {
  if (a.kind() == Kind::real) return compare_double(a.as_double(), b);
  if (b.kind() == Kind::real) return 0 <=> compare_double(b.as_double(), a);
  if (a.kind() == Kind::int64 && b.kind() == Kind::int64) return a.as_int() <=> b.as_int();
  if (a.kind() == Kind::uint64 && b.kind() == Kind::uint64) return a.as_uint() <=> b.as_uint();
  return decimal_of(a) <=> decimal_of(b);
}

}  // namespace

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "bool";
    case Kind::int64:
    case Kind::uint64:
      return "int";
    case Kind::real:
    case Kind::decimal:
      return "number";
    case Kind::text:
      return "text";
    case Kind::bytes:
      return "bytes";
    case Kind::list:
      return "list";
    case Kind::map:
      return "map";
    case Kind::timestamp:
      return "instant";
    case Kind::duration:
      return "duration";
    case Kind::special:
      return "special";
  }
  return "value";
}

Value::Value(List list) : of_(std::make_shared<List>(std::move(list))) {}
Value::Value(Map map) : of_(std::make_shared<const Map>(std::move(map))) {}

List* Value::sole_list() {
  auto* held = std::get_if<std::shared_ptr<const List>>(&of_);
  if (!held) wrong_kind();
  // It was made as a List that may be changed.
  return held->use_count() == 1 ? const_cast<List*>(held->get()) : nullptr;
}

const Value* Value::find(std::string_view key) const {
  return is_map() ? as_map().find(key) : nullptr;
}

bool Value::operator==(const Value& other) const {
  if (is_number() && other.is_number()) return compare_numbers(*this, other) == 0;
  if (kind() != other.kind()) return false;
  if (is_list()) return as_list() == other.as_list();
  if (is_map()) return as_map() == other.as_map();
  if (kind() == Kind::special) return as_special().equals(other.as_special());
  return of_ == other.of_;
}

void Value::wrong_kind() const {
  check(false, fmt::format("a value of another kind than this {}", name(kind())));
  std::unreachable();
}

std::partial_ordering compare(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return compare_numbers(a, b);
  if (a.kind() != b.kind()) return std::partial_ordering::unordered;
  switch (a.kind()) {
    case Kind::boolean:
      return a.as_bool() <=> b.as_bool();
    case Kind::text:
      return a.as_text() <=> b.as_text();
    case Kind::bytes:
      return a.as_bytes() <=> b.as_bytes();
    case Kind::timestamp:
      return a.as_timestamp() <=> b.as_timestamp();
    case Kind::duration:
      return a.as_duration() <=> b.as_duration();
    default:
      return std::partial_ordering::unordered;
  }
}

Map::Map(std::vector<Entry> entries) : entries_(std::move(entries)) {
  if (entries_.size() <= kSmallMap && are_distinct(entries_)) return;
  std::vector<uint32_t> order = order_of_keys();
  const auto same = [&](uint32_t a, uint32_t b) { return entries_[a].first == entries_[b].first; };
  if (std::ranges::adjacent_find(order, same) != order.end()) {
    drop_repeated(order);
    *this = of_distinct(std::move(entries_));
  } else if (entries_.size() > kSmallMap) {
    by_key_ = std::move(order);
  }
}

Map Map::of_distinct(std::vector<Entry> entries) {
  Map map;
  map.entries_ = std::move(entries);
  if (map.entries_.size() > kSmallMap) map.by_key_ = map.order_of_keys();
  return map;
}

// Places of the entries by their keys; of equal ones in the order in which they were added.
std::vector<uint32_t> Map::order_of_keys() const {
  std::vector<uint32_t> order(entries_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
    const int sign = entries_[a].first.compare(entries_[b].first);
    return sign != 0 ? sign < 0 : a < b;
  });
  return order;
}

// Of equal keys, the first one's place takes the last one's value; the others go.
void Map::drop_repeated(const std::vector<uint32_t>& order) {
  std::vector<bool> kept(entries_.size(), false);
  for (size_t i = 0; i < order.size();) {
    size_t last = i;
    while (last + 1 < order.size() && entries_[order[last + 1]].first == entries_[order[i]].first) {
      ++last;
    }
    if (last != i) entries_[order[i]].second = std::move(entries_[order[last]].second);
    kept[order[i]] = true;
    i = last + 1;
  }
  std::vector<Entry> left;
  left.reserve(entries_.size());
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (kept[i]) left.push_back(std::move(entries_[i]));
  }
  entries_ = std::move(left);
}

const Value* Map::find(std::string_view key) const {
  if (by_key_.empty()) {
    auto found = std::ranges::find(entries_, key, &Entry::first);
    return found == entries_.end() ? nullptr : &found->second;
  }
  auto found = std::ranges::lower_bound(
      by_key_, key, {}, [&](uint32_t place) { return std::string_view(entries_[place].first); });
  if (found == by_key_.end() || entries_[*found].first != key) return nullptr;
  return &entries_[*found].second;
}

bool Map::operator==(const Map& other) const {
  if (size() != other.size()) return false;
  return std::ranges::all_of(entries_, [&](const Entry& entry) {
    const Value* there = other.find(entry.first);
    return there && *there == entry.second;
  });
}

}  // namespace peregrine::base
