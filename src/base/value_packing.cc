#include "base/value_packing.h"

#include <utility>
#include <vector>

namespace peregrine::base {

namespace {

void pack_at(const Value& value, int depth, Packer& into) {
  const bool too_deep = depth > kDeepestPacked && (value.is_list() || value.is_map());
  const Kind kind = too_deep ? Kind::null : value.kind();
  if (kind == Kind::special) return pack_at(value.as_special().plain(), depth + 1, into);
  into.number(static_cast<uint64_t>(kind));
  switch (kind) {
    case Kind::null:
      return;
    case Kind::boolean:
      return into.truth(value.as_bool());
    case Kind::int64:
      return into.signed_number(value.as_int());
    case Kind::uint64:
      return into.number(value.as_uint());
    case Kind::real:
      return into.real(value.as_double());
    case Kind::decimal:
      return into.text(value.as_decimal().to_string());
    case Kind::text:
      return into.text(value.as_text());
    case Kind::bytes:
      return into.text(value.as_bytes());
    case Kind::timestamp:
      return into.signed_number(value.as_timestamp().time_since_epoch().count());
    case Kind::duration:
      return into.signed_number(value.as_duration().count());
    case Kind::list:
      into.number(value.as_list().size());
      for (const Value& item : value.as_list()) pack_at(item, depth + 1, into);
      return;
    case Kind::map:
      into.number(value.as_map().size());
      for (const auto& [key, item] : value.as_map()) {
        into.text(key);
        pack_at(item, depth + 1, into);
      }
      return;
    case Kind::special:
      return;
  }
}

Value unpack_at(int depth, Unpacker& from);

Value unpack_list(int depth, Unpacker& from) {
  List list(from.count());
  for (Value& item : list) {
    item = unpack_at(depth + 1, from);
    if (!from.good()) return {};
  }
  return Value(std::move(list));
}

Value unpack_map(int depth, Unpacker& from) {
  std::vector<Map::Entry> entries(from.count(2));
  for (auto& [key, item] : entries) {
    key = from.text();
    item = unpack_at(depth + 1, from);
    if (!from.good()) return {};
  }
  return Value(Map(std::move(entries)));
}

Value unpack_decimal(Unpacker& from) {
  if (auto number = Decimal::parse(from.text())) return Value(*std::move(number));
  from.fail();
  return {};
}

Value unpack_at(int depth, Unpacker& from) {
  const uint64_t kind = from.number();
  if (!from.good() || kind >= static_cast<uint64_t>(Kind::special)) {
    from.fail();
    return {};
  }
  switch (static_cast<Kind>(kind)) {
    case Kind::boolean:
      return Value(from.truth());
    case Kind::int64:
      return Value(from.signed_number());
    case Kind::uint64:
      return Value(from.number());
    case Kind::real:
      return Value(from.real());
    case Kind::decimal:
      return unpack_decimal(from);
    case Kind::text:
      return Value(from.text());
    case Kind::bytes:
      return Value(Bytes{std::string(from.text())});
    case Kind::timestamp:
      return Value(WallTime(Duration(from.signed_number())));
    case Kind::duration:
      return Value(Duration(from.signed_number()));
    case Kind::list:
    case Kind::map:
      if (depth > kDeepestPacked) from.fail();
      if (!from.good()) return {};
      return static_cast<Kind>(kind) == Kind::list ? unpack_list(depth, from)
                                                   : unpack_map(depth, from);
    case Kind::null:
    case Kind::special:
      break;
  }
  return {};
}

}  // namespace

void pack(const Value& value, Packer& into) { pack_at(value, 0, into); }

Value unpack_value(Unpacker& from) { return unpack_at(0, from); }

}  // namespace peregrine::base
