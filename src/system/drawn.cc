#include "system/drawn.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/digest.h"
#include "base/json.h"
#include "base/rfc3339.h"

namespace peregrine::system {

using base::Value;

namespace {

constexpr std::string_view kNew = "new";
constexpr std::string_view kTime = "a time";
constexpr int64_t kFirstSecond = 1'000'000'000;  // September 2001
constexpr int kMostDepth = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_of_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

std::string number_text(int64_t number, const Drawn& drawn) {
  if (drawn.has(number)) return std::string(kNew);
  return number >= kFirstSecond ? std::string(kTime) : std::to_string(number);
}

// A word that stands alone, or is part of a path.
std::string word_text(std::string_view word, const Drawn& drawn) {
  if (drawn.has(word)) return std::string(kNew);
  int64_t number = 0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == word.data() + word.size();
  return whole ? number_text(number, drawn) : std::string(word);
}

// Numbers of any kind are one.
std::string without_numbers(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i])) {
      out += text[i];
    } else if (i == 0 || !is_digit(text[i - 1])) {
      out += '#';
    }
  }
  return out;
}

std::string list_text(const base::List& list, const Drawn& drawn, int depth);
std::string map_text(const base::Map& map, const Drawn& drawn, int depth);

std::string value_text(const Value& value, const Drawn& drawn, int depth) {
  if (depth > kMostDepth) return "…";
  switch (value.kind()) {
    case base::Kind::int64:
      return number_text(value.as_int(), drawn);
    case base::Kind::text:
      return comparable_text(value.as_text(), drawn);
    case base::Kind::bytes:
      return base::sha256_hex(value.as_bytes());
    case base::Kind::timestamp:
      return std::string(kTime);
    case base::Kind::list:
      return list_text(value.as_list(), drawn, depth + 1);
    case base::Kind::map:
      return map_text(value.as_map(), drawn, depth + 1);
    default:
      return base::to_json(value);
  }
}

std::string list_text(const base::List& list, const Drawn& drawn, int depth) {
  std::string out = "[";
  for (const Value& one : list) out += value_text(one, drawn, depth) + ",";
  return out + "]";
}

std::string map_text(const base::Map& map, const Drawn& drawn, int depth) {
  std::map<std::string_view, std::string> sorted;
  for (const auto& [key, value] : map) sorted[key] = value_text(value, drawn, depth);
  std::string out = "{";
  for (const auto& [key, text] : sorted) out += fmt::format("{}:{},", key, text);
  return out + "}";
}

}  // namespace

void Drawn::add_id(std::string id) {
  if (!id.empty() && ids_.size() < kMostIds) ids_.insert(std::move(id));
}

bool Drawn::has(int64_t number) const {
  return std::ranges::any_of(
      sequences_, [&](int64_t next) { return number >= next && number - next < kMostNumbers; });
}

std::string comparable(const Value& value, const Drawn& drawn) {
  return value_text(value, drawn, 0);
}

std::string comparable_text(std::string_view text, const Drawn& drawn) {
  if (drawn.has(text)) return std::string(kNew);
  if (base::parse_rfc3339(text)) return std::string(kTime);
  const bool prose = text.find_first_of(" \n") != text.npos;
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && is_of_word(text[end])) ++end;
    if (end == at) {
      out += text[at++];
      continue;
    }
    const std::string_view word = text.substr(at, end - at);
    out += prose && !drawn.has(word) ? without_numbers(word) : word_text(word, drawn);
    at = end;
  }
  return out;
}

}  // namespace peregrine::system
