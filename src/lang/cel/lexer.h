// Words of an expression: CEL's lexis (cel-spec, langdef.md, "Syntax"), one token at a time.
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"
#include "lang/cel/syntax.h"

namespace peregrine::lang::cel {

struct Token {
  enum class Kind { end, name, quoted_name, literal, symbol };
  Kind kind = Kind::end;
  Span at{};
  std::string_view text{};  // as written; of a quoted name what is within the quotes
  base::Value value{};      // of a literal
};

class Lexer {
 public:
  // The text must outlive the lexer and its tokens.
  explicit Lexer(std::string_view text) : text_(text) {}

  // The next token; after the last, kind `end`. Throws Mistake, caught in parse().
  Token next();

 private:
  void skip_blanks();
  bool starts_text() const;
  Token read_word();
  Token read_quoted_name();
  Token read_symbol();
  Token token(Token::Kind kind, size_t begin) const;
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace peregrine::lang::cel
