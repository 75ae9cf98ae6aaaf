#include "base/json.h"

#include <simdjson.h>

#include <charconv>
#include <optional>
#include <unordered_set>

namespace peregrine::base {
namespace {

namespace json = simdjson::ondemand;

// A decimal of so many digits always survives the way through a double (DBL_DIG).
constexpr size_t kSafeDigits = 15;

// "TAPE_ERROR: The JSON document …" without the code.
std::string_view sentence(simdjson::error_code error) {
  std::string_view text = simdjson::error_message(error);
  const size_t colon = text.find(": ");
  return colon == text.npos ? text : text.substr(colon + 2);
}

// GET(x, f()): x is simdjson's f(), or this function returns its error.
#define GET(target, ...)                               \
  if (auto error = (__VA_ARGS__).get(target); error) { \
    return fail(Code::invalid, "{}", sentence(error)); \
  }

size_t count_digits(std::string_view text) {
  size_t n = 0;
  while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
  return n;
}

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t whole = count_digits(text);
  if (whole == 0 || (whole > 1 && text.starts_with('0'))) return false;
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const size_t fraction = count_digits(text);
    if (fraction == 0) return false;
    text.remove_prefix(fraction);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    const size_t exponent = count_digits(text);
    if (exponent == 0) return false;
    text.remove_prefix(exponent);
  }
  return text.empty();
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Value> read_number(std::string_view token) {
  const std::string_view text = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
  if (!is_json_number(text)) return fail(Code::invalid, "\"{}\" is no number", text.substr(0, 40));
  if (text.find_first_of(".eE") == std::string_view::npos) {
    if (auto number = number_from<int64_t>(text)) return *number;
    if (auto number = number_from<uint64_t>(text)) return *number;
  } else if (auto number = number_from<double>(text)) {
    const bool plain = text.find_first_of("eE") == std::string_view::npos;
    if ((plain && text.size() <= kSafeDigits) || Decimal::shortest(*number) == Decimal::parse(text))
      return *number;
  }
  if (auto number = Decimal::parse(text)) return Value(*std::move(number));
  return fail(Code::limit, "a number longer than {} digits or with an exponent beyond {}",
              Decimal::kMaxLength, Decimal::kMaxExponent);
}

Result<Value> read(json::value node, int depth);

Result<Value> read_list(json::array array, int depth) {
  List out;
  for (auto element : array) {
    json::value value;
    GET(value, element);
    TRY(Value item, read(value, depth + 1));
    out.push_back(std::move(item));
  }
  return Value(std::move(out));
}

// The name of a key that stands twice, if one does.
std::optional<std::string_view> repeated_key(const std::vector<Map::Entry>& entries) {
  std::unordered_set<std::string_view> seen;
  for (const Map::Entry& entry : entries)
    if (!seen.insert(entry.first).second) return entry.first;
  return std::nullopt;
}

Result<Value> read_map(json::object object, int depth) {
  std::vector<Map::Entry> entries;
  for (auto field : object) {
    std::string_view key;
    GET(key, field.unescaped_key());
    // Copied at once: simdjson keeps unescaped text in a buffer of its own.
    std::string name(key);
    json::value value;
    GET(value, field.value());
    TRY(Value item, read(value, depth + 1));
    entries.emplace_back(std::move(name), std::move(item));
  }
  if (auto key = repeated_key(entries))
    return fail(Code::invalid, "the key \"{}\" is given twice", *key);
  return Value(Map(std::move(entries)));
}

Result<Value> read(json::value node, int depth) {
  if (depth > kMaxJsonDepth) return fail(Code::limit, "nested more than {} deep", kMaxJsonDepth);
  json::json_type type;
  GET(type, node.type());
  switch (type) {
    case json::json_type::array: {
      json::array array;
      GET(array, node.get_array());
      return read_list(array, depth);
    }
    case json::json_type::object: {
      json::object object;
      GET(object, node.get_object());
      return read_map(object, depth);
    }
    case json::json_type::string: {
      std::string_view text;
      GET(text, node.get_string());
      return Value(text);
    }
    case json::json_type::boolean: {
      bool truth = false;
      GET(truth, node.get_bool());
      return Value(truth);
    }
    case json::json_type::null: {
      bool null = false;
      GET(null, node.is_null());
      return Value();
    }
    case json::json_type::number:
      break;
  }
  return read_number(node.raw_json_token());
}

#undef GET

}  // namespace

Result<Value> parse_json(std::string_view text) {
  // Read as the only element of a list: simdjson 3.0 is less strict with a lone scalar.
  std::string wrapped;
  wrapped.reserve(text.size() + 2 + simdjson::SIMDJSON_PADDING);
  wrapped.append("[").append(text).append("]");
  json::parser parser;
  json::document document;
  if (auto error = parser.iterate(simdjson::padded_string_view(wrapped)).get(document))
    return fail(Code::invalid, "{}", sentence(error));
  json::array array;
  if (auto error = document.get_array().get(array); error)
    return fail(Code::invalid, "{}", sentence(error));
  Result<Value> list = read_list(array, -1);
  const char* place = nullptr;
  const bool ended = document.current_location().get(place) == simdjson::OUT_OF_BOUNDS;
  if (!list && place)
    return fail(list.error().code, "near byte {}: {}", place - wrapped.data(), list.error().text);
  if (!list) return list;
  if (!ended || list->as_list().size() != 1)
    return fail(Code::invalid, "{}",
                list->as_list().empty() ? "it is empty" : "something follows its end");
  return list->as_list().front();
}

}  // namespace peregrine::base
