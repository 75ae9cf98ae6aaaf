// The numbers of types are those of pg_type.
#include "play/postgres_types.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/json.h"
#include "base/rfc3339.h"
#include "lang/template.h"
#include "play/postgres_array.h"

namespace peregrine::play {

using base::Value;

namespace {

constexpr uint32_t kBool = 16;
constexpr uint32_t kBytea = 17;
constexpr uint32_t kInt8 = 20;
constexpr uint32_t kInt2 = 21;
constexpr uint32_t kInt4 = 23;
constexpr uint32_t kText = 25;
constexpr uint32_t kOid = 26;
constexpr uint32_t kJson = 114;
constexpr uint32_t kFloat4 = 700;
constexpr uint32_t kFloat8 = 701;
constexpr uint32_t kTimestamptz = 1184;
constexpr uint32_t kNumeric = 1700;
constexpr uint32_t kJsonb = 3802;

// From here on types are numbered as a database makes them.
constexpr uint32_t kFirstOwn = 16'384;

struct ArrayType {
  uint32_t array;
  uint32_t element;
};
// The elements of all others are text, with commas between.
constexpr std::array<ArrayType, 12> kArrays = {{{1000, kBool},
                                                {1001, kBytea},
                                                {1005, kInt2},
                                                {1007, kInt4},
                                                {1016, kInt8},
                                                {1021, kFloat4},
                                                {1022, kFloat8},
                                                {1028, kOid},
                                                {1231, kNumeric},
                                                {1185, kTimestamptz},
                                                {199, kJson},
                                                {3807, kJsonb}}};
// char, name, text, char(n), varchar, uuid, date, time, timetz, timestamp, interval, bit, varbit,
// money, xml, inet, cidr, macaddr, macaddr8, tsvector, and the ranges.
constexpr std::array<uint32_t, 26> kTextArrays = {
    1002, 1003, 1009, 1014, 1015, 2951, 1182, 1183, 1270, 1115, 1187, 1561, 1563,
    791,  143,  1041, 651,  1040, 775,  3643, 3905, 3927, 3907, 3909, 3911, 3913};

template <class Number>
std::optional<Number> to_number(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

int hex_digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// "\x00ff", PostgreSQL's default form of bytea.
std::optional<Value> to_bytes(const std::string& text) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) return std::nullopt;
  base::Bytes bytes;
  for (size_t i = 2; i + 1 < text.size(); i += 2) {
    bytes.data += static_cast<char>(hex_digit(text[i]) * 16 + hex_digit(text[i + 1]));
  }
  return Value(std::move(bytes));
}

// "2025-06-09 08:00:00+00": RFC 3339 but for the offset's minutes, and for the seconds that offsets
// had before there were zones (+00:53:28).
std::optional<Value> to_instant(std::string text) {
  const size_t sign = text.find_last_of("+-");
  if (sign == std::string::npos) return std::nullopt;
  base::Duration seconds{};
  const size_t offset = text.size() - sign;
  if (offset == std::string_view("+00").size()) text += ":00";
  if (offset == std::string_view("+00:53:28").size()) {
    const auto count = to_number<int>(text.substr(text.size() - 2));
    if (!count) return std::nullopt;
    seconds = std::chrono::seconds(text[sign] == '+' ? -*count : *count);
    text.resize(text.size() - 3);
  }
  const auto instant = base::parse_rfc3339(text);
  if (!instant) return std::nullopt;  // "infinity", a year before 1678 or after 2261
  return Value(*instant + seconds);
}

// A number, but for NaN and the infinities, which equal nothing and have no form in JSON.
std::optional<Value> to_double(const std::string& text) {
  const auto number = to_number<double>(text);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return Value(*number);
}

template <class T>
std::optional<Value> wrap(const std::optional<T>& value) {
  if (value) return Value(*value);
  return std::nullopt;
}

std::optional<Value> convert(uint32_t type, const std::string& text) {
  switch (type) {
    case kBool:
      return Value(text == "t");
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
      return wrap(to_number<int64_t>(text));
    case kFloat4:
    case kFloat8:
      return to_double(text);
    case kNumeric:
      return wrap(base::Decimal::parse(text));
    case kTimestamptz:
      return to_instant(text);
    case kBytea:
      return to_bytes(text);
    case kJson:
    case kJsonb: {
      auto json = base::parse_json(text);
      if (json) return *std::move(json);
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

// The type of an array's elements; nothing for what is no array.
std::optional<uint32_t> element_of(uint32_t type, const ArrayElements& elements) {
  for (const ArrayType& known : kArrays) {
    if (known.array == type) return known.element;
  }
  if (std::ranges::find(kTextArrays, type) != kTextArrays.end()) return kText;
  const auto own = elements.find(type);
  if (own == elements.end()) return std::nullopt;
  return own->second;
}

}  // namespace

// An element that has no value of its type is text, as a cell is.
Value from_postgres(const net::Column& column, const net::Cell& cell,
                    const ArrayElements& elements) {
  if (!cell) return Value();
  if (auto value = convert(column.oid, *cell)) return *std::move(value);
  const auto element = element_of(column.oid, elements);
  if (!element) return Value(*cell);
  const auto list = parse_postgres_array(*cell, [&element](const std::string& text) {
    return convert(*element, text).value_or(Value(text));
  });
  return list.value_or(Value(*cell));
}

std::vector<uint32_t> unknown_types(const std::vector<net::Column>& columns) {
  std::vector<uint32_t> types;
  for (const net::Column& column : columns) {
    const bool told = std::ranges::find(types, column.oid) != types.end();
    if (column.oid >= kFirstOwn && !told) types.push_back(column.oid);
  }
  return types;
}

namespace {

std::string scalar_text(const Value& value) {
  if (value.kind() == base::Kind::bytes) return to_postgres_bytes(value.as_bytes());
  if (value.kind() == base::Kind::real && !std::isfinite(value.as_double())) {
    if (std::isnan(value.as_double())) return "NaN";
    return value.as_double() > 0 ? "Infinity" : "-Infinity";
  }
  return lang::to_text(value);
}

}  // namespace

net::Cell to_postgres(const Value& value) {
  if (value.is_null()) return std::nullopt;
  return value.is_list() ? to_postgres_array(value.as_list()) : scalar_text(value);
}

std::string to_postgres_array(const base::List& list) {
  std::string text = "{";
  for (const Value& value : list) {
    if (text.size() > 1) text += ',';
    if (value.is_null()) {
      text += "NULL";
    } else if (value.is_list()) {
      text += to_postgres_array(value.as_list());
    } else {
      text += quote_array_element(scalar_text(value));
    }
  }
  return text + "}";
}

std::string to_postgres_bytes(std::string_view bytes) {
  std::string text = "\\x";
  for (char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

}  // namespace peregrine::play
