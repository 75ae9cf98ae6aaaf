// A reader by recursive descent. Answers of a service are small and there are many of them: what is
// general in a parser costs more there than reading does (docs/performance.md).
#include "base/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

#include "base/json_number.h"
#include "base/json_reader.h"
#include "base/text.h"

namespace peregrine::base {
namespace {

// Of a list or map: room for so many at first.
constexpr size_t kFirstItems = 4;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

void append_utf8(std::string& out, uint32_t point) {
  const auto byte = [&](uint32_t bits) { out += static_cast<char>(bits); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0 | point >> 6), byte(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    byte(0xe0 | point >> 12), byte(0x80 | (point >> 6 & 0x3f)), byte(0x80 | (point & 0x3f));
  } else {
    byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 0x3f));
    byte(0x80 | (point >> 6 & 0x3f)), byte(0x80 | (point & 0x3f));
  }
}

// Bytes of ASCII that stand for themselves in a text.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (size_t byte = 0x20; byte < 0x80; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

size_t plain_size(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* here = begin;
  while (here != end && kPlain[static_cast<unsigned char>(*here)]) ++here;
  return static_cast<size_t>(here - begin);
}

size_t beyond_ascii_size(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && static_cast<unsigned char>(text[size]) >= 0x80) ++size;
  return size;
}

}  // namespace

bool JsonReader::fails_for_want_of(std::string_view what) {
  if (peek() == '\0' && at_ == text_.size()) {
    return fails(Code::invalid, "it ends where {} should be", what);
  }
  const std::string_view rest = text_.substr(at_, 8);
  const size_t valid = first_invalid_utf8(rest).value_or(rest.size());
  return fails(Code::invalid, "{} where {} should be",
               printable(first_characters(rest.substr(0, std::max<size_t>(valid, 1)), 1)), what);
}

bool JsonReader::read_list(int depth, Value& out) {
  ++at_;
  List items;
  if (!take(']')) {
    items.reserve(kFirstItems);
    do {
      if (!read(depth + 1, items.emplace_back())) return false;
    } while (take(','));
    if (!take(']')) return fails_for_want_of("`,` or `]`");
  }
  return give(out, std::move(items));
}

bool JsonReader::read_map(int depth, Value& out) {
  ++at_;
  std::vector<Map::Entry> entries;
  if (!take('}')) {
    entries.reserve(kFirstItems);
    do {
      std::string_view key;
      if (peek() != '"') return fails_for_want_of("a key in quotes");
      if (!read_text(key)) return false;
      Map::Entry& entry = entries.emplace_back(key, Value());
      if (!take(':')) return fails_for_want_of("`:`");
      if (!read(depth + 1, entry.second)) return false;
    } while (take(','));
    if (!take('}')) return fails_for_want_of("`,` or `}`");
  }
  return check_keys(std::span<const Map::Entry>(entries)) &&
         give(out, Map::of_distinct(std::move(entries)));
}

bool JsonReader::read_text(std::string_view& out) {
  ++at_;
  const std::string_view plain = rest().substr(0, plain_size(rest()));
  at_ += plain.size();
  if (at_ < text_.size() && text_[at_] == '"') {
    ++at_;
    out = plain;
    return true;
  }
  if (!read_special(plain)) return false;
  out = special_;
  return true;
}

// The rest of a text that is not all plain, into `special_`.
bool JsonReader::read_special(std::string_view plain) {
  special_ = plain;
  while (at_ < text_.size()) {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte == '"') return ++at_, true;
    if (byte == '\\') {
      if (!read_escape(special_)) return false;
    } else if (byte < 0x20) {
      return fails(Code::invalid, "a control character in a text; it is written \\u{:04x}",
                   unsigned{byte});
    } else if (byte < 0x80) {
      const size_t size = plain_size(rest());
      special_ += rest().substr(0, size);
      at_ += size;
    } else if (!read_beyond_ascii(special_)) {
      return false;
    }
  }
  return fails(Code::invalid, "a text without its closing quote");
}

bool JsonReader::read_beyond_ascii(std::string& out) {
  const std::string_view characters = rest().substr(0, beyond_ascii_size(rest()));
  if (const auto wrong = first_invalid_utf8(characters)) {
    at_ += *wrong;
    return fails(Code::invalid, "a byte that is not UTF-8");
  }
  out += characters;
  at_ += characters.size();
  return true;
}

bool JsonReader::read_escape(std::string& out) {
  constexpr std::string_view kWritten = "\"\\/bfnrt";
  constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
  const char mark = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (mark == 'u') return read_unicode(out);
  const size_t which = kWritten.find(mark);
  if (which == std::string_view::npos) {
    return fails(Code::invalid, "no escape begins so; a backslash itself is written \\\\");
  }
  out += kMeant[which];
  at_ += 2;
  return true;
}

// \u00e9, or two of them for what lies beyond U+FFFF (RFC 8259 section 7).
bool JsonReader::read_unicode(std::string& out) {
  auto point = read_hex();
  if (!point) return fails(Code::invalid, "\\u needs four hexadecimal digits");
  if (*point >= 0xd800 && *point < 0xe000) {
    const auto second = *point < 0xdc00 ? read_hex() : std::nullopt;
    if (!second || *second < 0xdc00 || *second >= 0xe000) {
      return fails(Code::invalid, "half of a pair of surrogates, which stands for no character");
    }
    *point = 0x10000 + ((*point - 0xd800) << 10) + (*second - 0xdc00);
  }
  append_utf8(out, *point);
  return true;
}

// The number of a \uXXXX at the present place; nothing, and nothing taken, if none is there.
std::optional<uint32_t> JsonReader::read_hex() {
  constexpr size_t kSize = 6;
  const std::string_view escape = text_.substr(at_, kSize);
  uint32_t number = 0;
  if (escape.size() < kSize || !escape.starts_with("\\u")) return std::nullopt;
  const char* end = escape.data() + kSize;
  const auto [stop, error] = std::from_chars(escape.data() + 2, end, number, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  at_ += kSize;
  return number;
}

bool JsonReader::read_number(Value& out) {
  const std::string_view token = json_number_token(rest());
  if (const auto number = short_json_integer(token)) {
    at_ += token.size();
    return give(out, *number);
  }
  Result<Value> number = parse_json_number(token);
  if (!number) {
    return fails(number.error().code, "{}", number.error().text);
  }
  at_ += token.size();
  return give(out, *std::move(number));
}

bool JsonReader::read_word(std::string_view word, Value value, Value& out) {
  if (!text_.substr(at_).starts_with(word)) return fails_for_want_of("a value");
  at_ += word.size();
  return give(out, std::move(value));
}

bool JsonReader::read(int depth, Value& out) {
  if (++values_ > kMaxJsonValues) {
    return fails(Code::limit, "more than {} values", kMaxJsonValues);
  }
  const char first = peek();
  if (depth >= kMaxJsonDepth && (first == '{' || first == '[')) {
    return fails(Code::limit, "nested more than {} deep", kMaxJsonDepth);
  }
  switch (first) {
    case '{':
      return read_map(depth, out);
    case '[':
      return read_list(depth, out);
    case '"': {
      std::string_view text;
      return read_text(text) && give(out, text);
    }
    case 't':
      return read_word("true", Value(true), out);
    case 'f':
      return read_word("false", Value(false), out);
    case 'n':
      return read_word("null", Value(), out);
    default:
      if (first == '-' || (first >= '0' && first <= '9')) return read_number(out);
      return fails_for_want_of("a value");
  }
}

Result<Value> JsonReader::read_all(const JsonSelection* selection) {
  if (text_.starts_with(kByteOrderMark)) {
    return fail(Code::invalid, "near byte 0: a byte order mark, which JSON does not have");
  }
  skip_blanks();
  if (at_ == text_.size()) return fail(Code::invalid, "it is empty");
  Value value;
  const bool good = selection ? read_selected(0, *selection, value) : read(0, value);
  if (!good) return std::unexpected(std::move(error_));
  skip_blanks();
  if (at_ < text_.size()) {
    return fail(Code::invalid, "near byte {}: something follows its end", at_);
  }
  return value;
}

Result<Value> parse_json(std::string_view text) { return JsonReader(text).read_all(nullptr); }

}  // namespace peregrine::base
