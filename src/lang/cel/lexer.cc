#include "lang/cel/lexer.h"

#include <fmt/core.h>

#include <array>

#include "lang/cel/literal.h"

namespace peregrine::lang::cel {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::array<std::string_view, 8> kPairs = {"&&", "||", "==", "!=", "<=", ">=", ".?", "[?"};
constexpr std::string_view kSingles = "()[]{}.,:?+-*/%!<>";

}  // namespace

void Lexer::skip_blanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '/' && peek(1) == '/') {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      ++at_;
    } else {
      return;
    }
  }
}

// A quote, or a prefix (r, b, rb, br in either case) with a quote behind it.
bool Lexer::starts_text() const {
  size_t i = 0;
  bool raw = false, bytes = false;
  for (; i < 2; ++i) {
    const char c = peek(i);
    if ((c == 'r' || c == 'R') && !raw) {
      raw = true;
    } else if ((c == 'b' || c == 'B') && !bytes) {
      bytes = true;
    } else {
      break;
    }
  }
  return peek(i) == '"' || peek(i) == '\'';
}

Token Lexer::token(Token::Kind kind, size_t begin) const {
  return Token{kind,
               {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)},
               text_.substr(begin, at_ - begin)};
}

Token Lexer::next() {
  skip_blanks();
  const size_t begin = at_;
  if (at_ >= text_.size()) return token(Token::Kind::end, begin);
  const char c = text_[at_];
  if (starts_text()) {
    base::Value value = read_text_literal(text_, at_);
    Token result = token(Token::Kind::literal, begin);
    result.value = std::move(value);
    return result;
  }
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
    base::Value value = read_number_literal(text_, at_);
    Token result = token(Token::Kind::literal, begin);
    result.value = std::move(value);
    return result;
  }
  if (is_letter(c)) return read_word();
  if (c == '`') return read_quoted_name();
  return read_symbol();
}

Token Lexer::read_word() {
  const size_t begin = at_;
  while (is_letter(peek()) || is_digit(peek())) ++at_;
  Token result = token(Token::Kind::name, begin);
  if (result.text == "true" || result.text == "false" || result.text == "null") {
    result.kind = Token::Kind::literal;
    if (result.text != "null") result.value = base::Value(result.text == "true");
  } else if (result.text == "in") {
    result.kind = Token::Kind::symbol;
  }
  return result;
}

Token Lexer::read_quoted_name() {
  const size_t begin = at_++;
  const size_t end = text_.find('`', at_);
  if (end == std::string_view::npos) {
    throw Mistake{{static_cast<uint32_t>(begin), static_cast<uint32_t>(text_.size())},
                  "this name has no end",
                  "close it with `"};
  }
  at_ = end + 1;
  Token result = token(Token::Kind::quoted_name, begin);
  result.text = result.text.substr(1, result.text.size() - 2);
  return result;
}

Token Lexer::read_symbol() {
  const size_t begin = at_;
  for (std::string_view pair : kPairs) {
    if (!text_.substr(at_).starts_with(pair)) continue;
    at_ += 2;
    return token(Token::Kind::symbol, begin);
  }
  const char c = text_[at_];
  ++at_;
  if (kSingles.find(c) != std::string_view::npos) return token(Token::Kind::symbol, begin);
  while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xc0) == 0x80) ++at_;
  const Token wrong = token(Token::Kind::symbol, begin);
  std::string remedy = "a text stands in quotes: 'text'";
  if (c == '=') remedy = "to compare, write `==`";
  if (c == '&' || c == '|') remedy = fmt::format("write `{}{}`", c, c);
  throw Mistake{wrong.at, fmt::format("`{}` has no meaning in an expression", wrong.text), remedy};
}

}  // namespace peregrine::lang::cel
