#include "lang/cel/literal.h"

#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "lang/cel/syntax.h"

namespace peregrine::lang::cel {

using base::Value;

namespace {

Span span(size_t begin, size_t end) {
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

class TextReader {
 public:
  TextReader(std::string_view text, size_t& at) : text_(text), at_(at), begin_(at) {}

  Value read() {
    read_prefix();
    const char quote = text_[at_];
    const bool thrice = text_.substr(at_, 3) == std::string(3, quote);
    const std::string_view end = text_.substr(at_, thrice ? 3 : 1);
    at_ += end.size();
    while (!text_.substr(at_).starts_with(end)) {
      if (at_ >= text_.size() || (!thrice && (text_[at_] == '\n' || text_[at_] == '\r'))) {
        throw Mistake{span(begin_, at_), "this text has no end",
                      fmt::format("close it with {}", end)};
      }
      if (text_[at_] == '\\' && !raw_) {
        read_escape();
      } else {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) out_ += text_[at_++];
        out_ += text_[at_++];
      }
    }
    at_ += end.size();
    if (bytes_) return Value(base::Bytes{std::move(out_)});
    return Value(std::move(out_));
  }

 private:
  void read_prefix() {
    for (; text_[at_] != '"' && text_[at_] != '\''; ++at_) {
      if (text_[at_] == 'r' || text_[at_] == 'R') raw_ = true;
      if (text_[at_] == 'b' || text_[at_] == 'B') bytes_ = true;
    }
  }

  [[noreturn]] void wrong_escape(size_t begin) const {
    throw Mistake{span(begin, std::min(at_ + 1, text_.size())), "there is no such escape in a text",
                  R"(for a backslash itself write \\, or r'…')"};
  }

  uint32_t read_digits(size_t begin, size_t count, int base) {
    uint32_t number = 0;
    for (size_t i = 0; i < count; ++i, ++at_) {
      const int digit = at_ < text_.size() ? digit_value(text_[at_]) : 99;
      if (digit >= base) wrong_escape(begin);
      number = number * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
    }
    return number;
  }

  void read_escape() {
    constexpr std::string_view kNames = "abfnrtv\\?\"'`";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\?\"'`";
    const size_t begin = at_++;
    if (at_ >= text_.size()) wrong_escape(begin);
    const char c = text_[at_];
    if (const size_t found = kNames.find(c); found != std::string_view::npos) {
      out_ += kMeanings[found];
      ++at_;
    } else if (c >= '0' && c <= '3') {
      append(begin, read_digits(begin, 3, 8));
    } else if (c == 'x' || c == 'X') {
      ++at_;
      append(begin, read_digits(begin, 2, 16));
    } else if ((c == 'u' || c == 'U') && !bytes_) {
      ++at_;
      append(begin, read_digits(begin, c == 'u' ? 4 : 8, 16));
    } else {
      wrong_escape(begin);
    }
  }

  // In bytes a number is a byte, in text a character.
  void append(size_t begin, uint32_t number) {
    if (bytes_) {
      out_ += static_cast<char>(number);
      return;
    }
    if (number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff)) {
      throw Mistake{span(begin, at_), "there is no such character in Unicode",
                    "they reach from 0 to 10FFFF, without D800 to DFFF"};
    }
    append_utf8(out_, number);
  }

  std::string_view text_;
  size_t& at_;
  size_t begin_;
  bool raw_ = false;
  bool bytes_ = false;
  std::string out_;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The end of a number that begins at `at`: digits, a point with digits behind it, an exponent.
size_t end_of_number(std::string_view text, size_t at, bool& real) {
  auto peek = [&](size_t i) { return i < text.size() ? text[i] : '\0'; };
  while (is_digit(peek(at))) ++at;
  if (peek(at) == '.' && is_digit(peek(at + 1))) {
    real = true;
    ++at;
    while (is_digit(peek(at))) ++at;
  }
  if (peek(at) == 'e' || peek(at) == 'E') {
    const size_t sign = peek(at + 1) == '+' || peek(at + 1) == '-' ? 1 : 0;
    if (is_digit(peek(at + 1 + sign))) {
      real = true;
      at += 1 + sign;
      while (is_digit(peek(at))) ++at;
    }
  }
  return at;
}

Value read_double(std::string_view digits, Span at) {
  double number = 0;
  const std::string whole =
      digits.starts_with('.') ? "0" + std::string(digits) : std::string(digits);
  const char* last = whole.data() + whole.size();
  const auto [end, error] = std::from_chars(whole.data(), last, number);
  // What is too small for a double is 0; strtod tells it from what is too large.
  if (error == std::errc::result_out_of_range) number = std::strtod(whole.c_str(), nullptr);
  if (end != last || !std::isfinite(number)) {
    throw Mistake{at, fmt::format("`{}` is not a number that fits a double", digits),
                  "write it as text, in quotes"};
  }
  return Value(number);
}

}  // namespace

void append_utf8(std::string& out, uint32_t point) {
  auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | (point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | (point >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

Value read_text_literal(std::string_view text, size_t& at) { return TextReader(text, at).read(); }

Value read_number_literal(std::string_view text, size_t& at) {
  const size_t begin = at;
  const bool hex = text.substr(at, 2) == "0x" || text.substr(at, 2) == "0X";
  bool real = false;
  if (hex) {
    at += 2;
    while (at < text.size() && digit_value(text[at]) < 16) ++at;
  } else {
    at = end_of_number(text, at, real);
  }
  if (real) return read_double(text.substr(begin, at - begin), span(begin, at));
  const std::string_view digits = text.substr(begin + (hex ? 2 : 0), at - begin - (hex ? 2 : 0));
  uint64_t number = 0;
  const char* last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, number, hex ? 16 : 10);
  const bool is_unsigned = at < text.size() && (text[at] == 'u' || text[at] == 'U');
  if (is_unsigned) ++at;
  const Span here = span(begin, at);
  const std::string_view word = text.substr(begin, at - begin);
  if (end != last || digits.empty() || error == std::errc::invalid_argument) {
    throw Mistake{here, fmt::format("`{}` is not a number", word),
                  "a number is written 12, -3 or 1.5"};
  }
  constexpr uint64_t kOneTooMany = uint64_t{1} << 63;  // a number only behind a minus
  if (error == std::errc::result_out_of_range || (!is_unsigned && number > kOneTooMany)) {
    throw Mistake{here, fmt::format("`{}` does not fit 64 bits", word),
                  "write it as text, in quotes"};
  }
  if (is_unsigned || number == kOneTooMany) return Value(number);
  return Value(static_cast<int64_t>(number));
}

}  // namespace peregrine::lang::cel
