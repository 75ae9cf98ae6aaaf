#include "play/kinds.h"

#include <re2/re2.h>

#include <cmath>

#include "base/check.h"
#include "base/rfc3339.h"

namespace peregrine::play {

using base::Kind;
using base::Value;

namespace {

bool is_integer(const Value& value) {
  if (value.kind() == Kind::decimal) return value.as_decimal().integer();
  // JSON does not tell 3 from 3.0.
  if (value.kind() == Kind::real) {
    return std::isfinite(value.as_double()) && std::trunc(value.as_double()) == value.as_double();
  }
  return value.kind() == Kind::int64 || value.kind() == Kind::uint64;
}

bool is_instant(const Value& value) {
  if (value.kind() == Kind::timestamp) return true;
  return value.is_text() && base::parse_rfc3339(value.as_text()).has_value();
}

bool text_matches(const Value& value, const re2::RE2& re) {
  return value.is_text() && re2::RE2::FullMatch(value.as_text(), re);
}

}  // namespace

bool is_of_kind(const Value* actual, std::string_view kind) {
  static const re2::RE2 kUuid("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  static const re2::RE2 kEmail(R"([^@\s]+@[^@\s]+\.[^@\s.]+)");
  if (!actual || actual->is_null()) return kind == "none" || kind == "null";
  if (kind == "any") return true;
  if (kind == "int") return is_integer(*actual);
  if (kind == "number") return actual->is_number();
  if (kind == "float") return actual->kind() == Kind::real || actual->kind() == Kind::decimal;
  if (kind == "text") return actual->is_text();
  if (kind == "bool") return actual->is_bool();
  if (kind == "bytes") return actual->kind() == Kind::bytes;
  if (kind == "list") return actual->is_list();
  if (kind == "map") return actual->is_map();
  if (kind == "instant") return is_instant(*actual);
  if (kind == "uuid") return text_matches(*actual, kUuid);
  if (kind == "email") return text_matches(*actual, kEmail);
  base::check(kind == "none" || kind == "null", "a kind that lang/pattern.cc does not know");
  return false;
}

}  // namespace peregrine::play
