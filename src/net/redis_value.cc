#include "net/redis_value.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace peregrine::net {

using base::Value;
using wire::resp::Kind;

namespace {

using Reply = wire::resp::Value;

Value from_bytes(std::string bytes) {
  if (base::first_invalid_utf8(bytes)) return base::Bytes{std::move(bytes)};
  return std::move(bytes);
}

// "inf", "-inf" and "nan" are read too.
Value from_double(std::string_view text) {
  double number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) {
    const auto decimal = base::Decimal::parse(text);
    if (!decimal) return std::string(text);
    return *decimal;
  }
  return number;
}

Value from_big_number(std::string text) {
  if (auto number = base::Decimal::parse(text)) return *std::move(number);
  return std::move(text);
}

bool is_aggregate(Kind kind) {
  return kind == Kind::array || kind == Kind::set || kind == Kind::push || kind == Kind::map;
}

base::List to_list(std::vector<Reply> elements) {
  base::List list;
  list.reserve(elements.size());
  for (Reply& element : elements) list.push_back(to_value(std::move(element)));
  return list;
}

std::string key_text(Reply key) {
  switch (key.kind) {
    case Kind::integer:
      return std::to_string(key.integer);
    case Kind::boolean:
      return key.integer != 0 ? "true" : "false";
    case Kind::null:
    case Kind::null_array:
      return "null";
    default:
      return std::move(key.text);
  }
}

Value to_map(std::vector<Reply> elements) {
  bool plain = true;
  for (size_t i = 0; i < elements.size(); i += 2) plain &= !is_aggregate(elements[i].kind);
  if (!plain) {
    base::List pairs;
    for (size_t i = 0; i + 1 < elements.size(); i += 2) {
      pairs.push_back(
          base::List{to_value(std::move(elements[i])), to_value(std::move(elements[i + 1]))});
    }
    return pairs;
  }
  std::vector<base::Map::Entry> entries;
  entries.reserve(elements.size() / 2);
  for (size_t i = 0; i + 1 < elements.size(); i += 2) {
    entries.emplace_back(key_text(std::move(elements[i])), to_value(std::move(elements[i + 1])));
  }
  return base::Map(std::move(entries));
}

}  // namespace

Value to_value(Reply reply) {
  switch (reply.kind) {
    case Kind::simple_string:
    case Kind::bulk_string:
    case Kind::verbatim:
      return from_bytes(std::move(reply.text));
    case Kind::error:
    case Kind::bulk_error:
      return base::Map{{"error", from_bytes(std::move(reply.text))}};
    case Kind::integer:
      return reply.integer;
    case Kind::boolean:
      return reply.integer != 0;
    case Kind::null:
    case Kind::null_array:
      return nullptr;
    case Kind::number:
      return from_double(reply.text);
    case Kind::big_number:
      return from_big_number(std::move(reply.text));
    case Kind::array:
    case Kind::set:
    case Kind::push:
      return to_list(std::move(reply.elements));
    case Kind::map:
      return to_map(std::move(reply.elements));
  }
  std::unreachable();
}

}  // namespace peregrine::net
