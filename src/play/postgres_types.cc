// The numbers of types are those of pg_type.
#include "play/postgres_types.h"

#include <fmt/core.h>

#include <array>
#include <charconv>

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
constexpr uint32_t kOid = 26;
constexpr uint32_t kJson = 114;
constexpr uint32_t kFloat4 = 700;
constexpr uint32_t kFloat8 = 701;
constexpr uint32_t kTimestamptz = 1184;
constexpr uint32_t kNumeric = 1700;
constexpr uint32_t kJsonb = 3802;
constexpr uint32_t kText = 25;

struct ArrayType {
  uint32_t array;
  uint32_t element;
};
constexpr std::array<ArrayType, 15> kArrays = {{{1000, kBool},
                                                {1001, kBytea},
                                                {1005, kInt2},
                                                {1007, kInt4},
                                                {1016, kInt8},
                                                {1021, kFloat4},
                                                {1022, kFloat8},
                                                {1231, kNumeric},
                                                {1185, kTimestamptz},
                                                {199, kJson},
                                                {3807, kJsonb},
                                                {1009, kText},
                                                {1014, kText},    // char(n)
                                                {1015, kText},    // varchar
                                                {2951, kText}}};  // uuid

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

// "2025-06-09 08:00:00+00": RFC 3339 but for the offset's minutes.
std::optional<Value> to_instant(std::string text) {
  if (text.size() > 3 && (text[text.size() - 3] == '+' || text[text.size() - 3] == '-')) {
    text += ":00";
  }
  if (const auto instant = base::parse_rfc3339(text)) return Value(*instant);
  return std::nullopt;  // "infinity", a year beyond 9999
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
      return wrap(to_number<double>(text));
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

// An element that has no value of its type is text, as a cell is.
std::optional<Value> convert_array(uint32_t type, const std::string& text) {
  for (const ArrayType& known : kArrays) {
    if (known.array != type) continue;
    return parse_postgres_array(text, [&known](const std::string& element) {
      return convert(known.element, element).value_or(Value(element));
    });
  }
  return std::nullopt;
}

}  // namespace

Value from_postgres(const net::Column& column, const net::Cell& cell) {
  if (!cell) return Value();
  if (auto value = convert(column.oid, *cell)) return *std::move(value);
  return convert_array(column.oid, *cell).value_or(Value(*cell));
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
      const bool bytes = value.kind() == base::Kind::bytes;
      text +=
          quote_array_element(bytes ? to_postgres_bytes(value.as_bytes()) : lang::to_text(value));
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
