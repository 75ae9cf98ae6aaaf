#include "play/equality.h"

#include <algorithm>

#include "base/rfc3339.h"
#include "play/postgres_types.h"

namespace peregrine::play {

using base::Value;

namespace {

std::optional<base::WallTime> as_instant(const Value& value) {
  if (value.kind() == base::Kind::timestamp) return value.as_timestamp();
  return value.is_text() ? base::parse_rfc3339(value.as_text()) : std::nullopt;
}

bool equal_maps(const base::Map& wanted, const base::Map& actual) {
  return wanted.size() == actual.size() && std::ranges::all_of(wanted, [&](const auto& entry) {
           const Value* there = actual.find(entry.first);
           return there && equal(entry.second, *there);
         });
}

}  // namespace

bool equal(const Value& wanted, const Value& actual) {
  if (const auto instants = as_instants(wanted, actual)) return instants->first == instants->second;
  if (wanted.is_text() && actual.kind() == base::Kind::bytes) {
    return wanted.as_text() == to_postgres_bytes(actual.as_bytes());
  }
  if (wanted.is_list() && actual.is_list()) {
    return std::ranges::equal(wanted.as_list(), actual.as_list(), equal);
  }
  if (wanted.is_map() && actual.is_map()) return equal_maps(wanted.as_map(), actual.as_map());
  return wanted == actual;
}

std::optional<std::pair<base::WallTime, base::WallTime>> as_instants(const Value& a,
                                                                     const Value& b) {
  if (a.kind() != base::Kind::timestamp && b.kind() != base::Kind::timestamp) return {};
  const auto first = as_instant(a);
  const auto second = as_instant(b);
  if (!first || !second) return {};
  return std::pair(*first, *second);
}

}  // namespace peregrine::play
