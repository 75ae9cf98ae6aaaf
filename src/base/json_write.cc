#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/digest.h"
#include "base/json.h"
#include "base/rfc3339.h"
#include "base/text.h"

namespace peregrine::base {
namespace {

// Characters of ASCII that a JSON text holds as they are.
bool is_plain(char c) {
  return static_cast<unsigned char>(c) - 0x20u < 0x60u && c != '"' && c != '\\';
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      if (static_cast<unsigned char>(c) < 0x20)
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      else
        out += c;
  }
}

// Bytes of the UTF-8 character at the front, or 0 if it is none.
size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const std::string_view character = text.substr(0, length);
  return character.size() == length && !first_invalid_utf8(character) ? length : 0;
}

std::string seconds_text(Duration span) {
  const Decimal seconds = *Decimal::parse(fmt::format("{}e-9", span.count()));
  return seconds.to_string() + "s";
}

// Doubles in between are written without an exponent.
constexpr double kLeastPlain = 1e-6;
constexpr double kLeastExponent = 9007199254740992;  // 2^53: from here on they have no fraction

class Writer {
 public:
  Writer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Kind::null:
        out_ += "null";
        break;
      case Kind::boolean:
        out_ += value.as_bool() ? "true" : "false";
        break;
      case Kind::int64:
        write_integer(value.as_int());
        break;
      case Kind::uint64:
        write_integer(value.as_uint());
        break;
      case Kind::real:
        write_double(value.as_double());
        break;
      case Kind::decimal:
        out_ += value.as_decimal().to_string();
        break;
      case Kind::text:
        write_text(value.as_text());
        break;
      case Kind::bytes:
        write_text(base64(value.as_bytes()));
        break;
      case Kind::list:
        write_list(value.as_list());
        break;
      case Kind::map:
        write_map(value.as_map());
        break;
      case Kind::timestamp:
        write_text(to_rfc3339(value.as_timestamp()));
        break;
      case Kind::duration:
        write_text(seconds_text(value.as_duration()));
        break;
      case Kind::special:
        write(value.as_special().plain());
        break;
    }
  }

 private:
  template <class Integer>
  void write_integer(Integer number) {
    const fmt::format_int digits(number);
    out_.append(digits.data(), digits.size());
  }

  void write_double(double number) {
    if (!std::isfinite(number)) {
      out_ += "null";
      return;
    }
    // The shortest digits that read back as the same double. A large number needs an exponent:
    // without one to_chars writes digits that it does not need, and that say another decimal.
    const double size = std::abs(number);
    const bool plain = size == 0 || (size >= kLeastPlain && size < kLeastExponent);
    std::array<char, 32> text;
    auto [end, error] =
        std::to_chars(text.data(), text.data() + text.size(), number,
                      plain ? std::chars_format::fixed : std::chars_format::scientific);
    out_.append(text.data(), end);
    if (size == 0 && std::signbit(number)) out_ += ".0";  // "-0" would be an integer
  }

  void write_text(std::string_view text) {
    out_ += '"';
    append_json_characters(out_, text);
    out_ += '"';
  }

  void write_list(const List& list) {
    if (list.empty()) {
      out_ += "[]";
      return;
    }
    char before = '[';
    ++depth_;
    for (const Value& item : list) {
      out_ += std::exchange(before, ',');
      new_line();
      write(item);
    }
    --depth_;
    new_line();
    out_ += ']';
  }

  void write_map(const Map& map) {
    if (map.empty()) {
      out_ += "{}";
      return;
    }
    char before = '{';
    ++depth_;
    for (const auto& [key, value] : map) {
      out_ += std::exchange(before, ',');
      new_line();
      write_text(key);
      out_ += pretty_ ? ": " : ":";
      write(value);
    }
    --depth_;
    new_line();
    out_ += '}';
  }

  void new_line() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(depth_ * 2, ' ');
  }

  std::string& out_;
  bool pretty_;
  size_t depth_ = 0;
};

}  // namespace

void append_json_characters(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto* end = std::ranges::find_if_not(text, is_plain);
    const auto plain = static_cast<size_t>(end - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const size_t length = character_length(text);
    if (length == 0)
      out += "\uFFFD";
    else if (length == 1)
      append_ascii(out, text[0]);
    else
      out += text.substr(0, length);
    text.remove_prefix(std::max<size_t>(length, 1));
  }
}

void append_json(std::string& out, const Value& value) { Writer(out, false).write(value); }

std::string to_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string to_json_pretty(const Value& value) {
  std::string out;
  Writer(out, true).write(value);
  return out;
}

}  // namespace peregrine::base
