#include "record/unescaped.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace peregrine::record {

namespace {

// What an escape at the beginning of a text stands for, and how many bytes it takes: 0 for none.
struct Escape {
  std::string bytes{};
  size_t size = 0;
};

std::optional<uint32_t> hex(std::string_view text, size_t digits) {
  if (text.size() < digits) return std::nullopt;
  uint32_t number = 0;
  const char* end = text.data() + digits;
  const auto [after, error] = std::from_chars(text.data(), end, number, 16);
  if (after != end || error != std::errc()) return std::nullopt;
  return number;
}

std::string utf8(uint32_t point) {
  auto tail = [&](int shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xc0 | point >> 6), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xe0 | point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | point >> 18), tail(12), tail(6), tail(0)};
}

Escape percent_escape(std::string_view text) {
  const auto byte = text.front() == '%' ? hex(text.substr(1), 2) : std::nullopt;
  if (!byte) return {};
  return {{static_cast<char>(*byte)}, 3};
}

// \uXXXX, or two of them for what is beyond U+FFFF (RFC 8259 section 7).
Escape unicode_escape(std::string_view text) {
  const auto unit = hex(text.substr(2), 4);
  if (!unit) return {};
  const bool high = *unit >= 0xd800 && *unit < 0xdc00;
  if (!high || !text.substr(6).starts_with("\\u")) return {utf8(*unit), 6};
  const auto low = hex(text.substr(8), 4);
  if (!low || *low < 0xdc00 || *low > 0xdfff) return {utf8(*unit), 6};
  return {utf8(0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00)), 12};
}

Escape json_escape(std::string_view text) {
  if (text.front() != '\\' || text.size() < 2) return {};
  if (text[1] == 'u') return unicode_escape(text);
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const size_t index = kNames.find(text[1]);
  if (index == std::string_view::npos) return {};
  return {{kMeanings[index]}, 2};
}

Escape escape_at(std::string_view text, Escaping escaping) {
  switch (escaping) {
    case Escaping::form:
      if (text.front() == '+') return {" ", 1};
      return percent_escape(text);
    case Escaping::percent:
      return percent_escape(text);
    case Escaping::json:
      return json_escape(text);
    case Escaping::quotes:
      if (text.starts_with("''")) return {"'", 2};
      if (text.starts_with("'\\''")) return {"'", 4};
      return {};
  }
  return {};
}

std::string_view signs_of(Escaping escaping) {
  switch (escaping) {
    case Escaping::percent:
      return "%";
    case Escaping::form:
      return "+%";
    case Escaping::json:
      return "\\";
    case Escaping::quotes:
      return "'";
  }
  return "";
}

}  // namespace

std::optional<Unescaped> unescaped(std::string_view text, Escaping escaping) {
  const std::string_view signs = signs_of(escaping);
  size_t sign = text.find_first_of(signs);
  if (sign == std::string_view::npos) return std::nullopt;
  Unescaped plain;
  plain.text.reserve(text.size());
  plain.from.reserve(text.size() + 1);
  bool found = false;
  auto keep = [&](size_t begin, size_t end) {
    plain.text += text.substr(begin, end - begin);
    for (size_t at = begin; at < end; ++at) plain.from.push_back(at);
  };
  size_t kept = 0;
  while (sign != std::string_view::npos) {
    const Escape escape = escape_at(text.substr(sign), escaping);
    if (escape.size > 0) {
      keep(kept, sign);
      plain.text += escape.bytes;
      plain.from.insert(plain.from.end(), escape.bytes.size(), sign);
      kept = sign + escape.size;
      found = true;
    }
    sign = text.find_first_of(signs, sign + std::max<size_t>(escape.size, 1));
  }
  if (!found) return std::nullopt;
  keep(kept, text.size());
  plain.from.push_back(text.size());
  return plain;
}

}  // namespace peregrine::record
