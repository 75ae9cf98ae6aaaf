#include "textproto.h"

#include <fmt/core.h>

#include <cstdlib>

namespace peregrine::conformance {

namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Field> read_fields(char end) {
    std::vector<Field> fields;
    for (skip(); peek() != end; skip()) {
      if (at_ >= text_.size()) fail("unexpected end");
      fields.push_back(read_field());
      skip();
      if (peek() == ',' || peek() == ';') ++at_;
    }
    return fields;
  }

 private:
  [[noreturn]] void fail(std::string_view why) const {
    fmt::print(stderr, "textproto: {} at byte {}\n", why, at_);
    std::exit(1);
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (std::string_view(" \t\r\n").contains(text_[at_])) {
        ++at_;
      } else {
        return;
      }
    }
  }

  static bool in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.+-").contains(c);
  }

  std::string read_word() {
    const size_t begin = at_;
    while (at_ < text_.size() && in_word(text_[at_])) ++at_;
    if (at_ == begin) fail("a word is missing");
    return std::string(text_.substr(begin, at_ - begin));
  }

  Field read_field() {
    Field field;
    if (peek() == '[') {
      const size_t end = text_.find(']', at_);
      field.name = std::string(text_.substr(at_, end + 1 - at_));
      at_ = end + 1;
    } else {
      field.name = read_word();
    }
    skip();
    if (peek() == ':') ++at_;
    skip();
    if (peek() == '{') {
      ++at_;
      field.message = true;
      field.fields = read_fields('}');
      ++at_;
    } else if (peek() == '"' || peek() == '\'') {
      for (; peek() == '"' || peek() == '\''; skip()) field.text += read_string();
    } else if (peek() == '[') {
      const size_t end = text_.find(']', at_);
      at_ = end + 1;
    } else {
      field.text = read_word();
    }
    return field;
  }

  uint32_t read_digits(size_t most, int base) {
    const size_t begin = at_;
    while (at_ < text_.size() && at_ - begin < most &&
           (base == 8 ? text_[at_] >= '0' && text_[at_] <= '7' : std::isxdigit(text_[at_]) != 0)) {
      ++at_;
    }
    return static_cast<uint32_t>(
        std::stoul(std::string(text_.substr(begin, at_ - begin)), nullptr, base));
  }

  void append_point(std::string& out, uint32_t point) {
    const int tails = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    constexpr unsigned kLeads[] = {0, 0xc0, 0xe0, 0xf0};
    out += static_cast<char>(kLeads[tails] | (point >> (6 * tails)));
    for (int i = tails - 1; i >= 0; --i) {
      out += static_cast<char>(0x80 | ((point >> (6 * i)) & 0x3f));
    }
  }

  std::string read_string() {
    constexpr std::string_view kNames = "abfnrtv\\?'\"";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\?'\"";
    const char quote = text_[at_++];
    std::string out;
    while (peek() != quote) {
      if (at_ >= text_.size()) fail("a text without end");
      if (peek() != '\\') {
        out += text_[at_++];
        continue;
      }
      ++at_;
      const char c = peek();
      if (const size_t found = kNames.find(c); found != std::string_view::npos) {
        out += kMeanings[found];
        ++at_;
      } else if (c == 'x' || c == 'X') {
        ++at_;
        out += static_cast<char>(read_digits(2, 16));
      } else if (c == 'u' || c == 'U') {
        ++at_;
        append_point(out, read_digits(c == 'u' ? 4 : 8, 16));
      } else {
        out += static_cast<char>(read_digits(3, 8));
      }
    }
    ++at_;
    return out;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

const Field* Field::find(std::string_view wanted) const {
  for (const Field& field : fields) {
    if (field.name == wanted) return &field;
  }
  return nullptr;
}

std::string_view Field::text_of(std::string_view wanted) const {
  const Field* field = find(wanted);
  return field ? std::string_view(field->text) : std::string_view();
}

std::vector<Field> read_textproto(std::string_view text) { return Reader(text).read_fields('\0'); }

}  // namespace peregrine::conformance
