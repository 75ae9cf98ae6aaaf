#include "lang/cel/parser.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>

#include "lang/cel/lexer.h"
#include "lang/cel/limits.h"

namespace peregrine::lang::cel {

namespace {

using Kind = Syntax::Kind;

constexpr std::array<std::string_view, 17> kReserved = {
    "as",  "break", "const",     "continue", "else",   "for", "function", "if",   "import",
    "let", "loop",  "namespace", "package",  "return", "var", "void",     "while"};

// How tightly an operator between two expressions binds; 0 for what is none.
int precedence(const Token& token) {
  if (token.kind != Token::Kind::symbol) return 0;
  const std::string_view text = token.text;
  if (text == "||") return 1;
  if (text == "&&") return 2;
  if (text == "==" || text == "!=" || text == "<" || text == "<=" || text == ">" || text == ">=" ||
      text == "in") {
    return 3;
  }
  if (text == "+" || text == "-") return 4;
  if (text == "*" || text == "/" || text == "%") return 5;
  return 0;
}

constexpr std::string_view kNameAPart = "give a part of it a name in `data`";

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), lexer_(text) { advance(); }

  Syntax parse_all() {
    Syntax result = parse_expression();
    if (token_.kind != Token::Kind::end) {
      const bool choice = token_.text == "?" || token_.text == ":";
      std::string remedy = choice ? "a choice is `condition ? one : other`"
                                  : "between two values stands an operator, as in a + b";
      throw Mistake{token_.at, fmt::format("`{}` is not expected here", token_.text), remedy};
    }
    return result;
  }

 private:
  // Counts how deeply expressions lie in each other while it lives.
  struct Depth {
    explicit Depth(Parser& parser) : of(parser) {
      if (++of.depth_ > kMaxDepth)
        throw Mistake{of.token_.at, "nested too deeply", std::string(kNameAPart)};
    }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    ~Depth() { --of.depth_; }
    Parser& of;
  };

  Syntax parse_expression() {
    const Depth depth(*this);
    Syntax condition = parse_binary(1);
    if (!is("?")) return condition;
    const Span at = token_.at;
    advance();
    Syntax yes = parse_binary(1);
    if (!is(":")) {
      throw Mistake{token_.at, "`:` is missing here", "a choice is `condition ? one : other`"};
    }
    advance();
    Syntax no = parse_expression();
    Syntax result = start(Kind::operation, condition.at.begin, at, "?:");
    result.children = {};
    result.children.push_back(std::move(condition));
    result.children.push_back(std::move(yes));
    result.children.push_back(std::move(no));
    return finish(std::move(result));
  }

  // `a && b && c` is one operation of three; the others take two.
  Syntax parse_binary(int least) {
    Syntax left = parse_unary();
    int chain = 0;
    for (int binds = precedence(token_); binds >= least; binds = precedence(token_)) {
      const Token sign = token_;
      const bool many = binds <= 2;
      if (!many && ++chain + depth_ > kMaxDepth)
        throw Mistake{sign.at, "nested too deeply", std::string(kNameAPart)};
      advance();
      Syntax right = parse_binary(binds + 1);
      if (many && left.kind == Kind::operation && left.text == sign.text && !in_parentheses(left)) {
        left.children.push_back(std::move(right));
        left = finish(std::move(left));
        continue;
      }
      Syntax result = start(Kind::operation, left.at.begin, sign.at, sign.text);
      result.children.push_back(std::move(left));
      result.children.push_back(std::move(right));
      left = finish(std::move(result));
    }
    return left;
  }

  bool in_parentheses(const Syntax& syntax) const { return text_[syntax.at.begin] == '('; }

  Syntax parse_unary() {
    if (!is("!") && !is("-")) return parse_postfix();
    const Depth depth(*this);
    const Token sign = token_;
    advance();
    if (sign.text == "-" && token_.kind == Token::Kind::literal && token_.value.is_number()) {
      return parse_negative(sign);
    }
    Syntax operand = parse_unary();
    Syntax result = start(Kind::operation, sign.at.begin, sign.at, sign.text);
    result.children.push_back(std::move(operand));
    return finish(std::move(result));
  }

  // A minus before digits belongs to them, so that the smallest integer can be written.
  Syntax parse_negative(const Token& sign) {
    const base::Value number = token_.value;
    const bool is_uint = text_[token_.at.end - 1] == 'u' || text_[token_.at.end - 1] == 'U';
    if (is_uint) {
      throw Mistake{
          {sign.at.begin, token_.at.end}, "an unsigned integer has no minus", "leave the `u` away"};
    }
    if (number.kind() == base::Kind::real) {
      token_.value = base::Value(-number.as_double());
    } else if (number.kind() == base::Kind::uint64) {
      token_.value = base::Value(std::numeric_limits<int64_t>::min());
    } else {
      token_.value = base::Value(-number.as_int());
    }
    token_.at.begin = sign.at.begin;
    negative_ = true;
    Syntax result = parse_postfix();
    negative_ = false;
    return result;
  }

  Syntax parse_postfix() {
    Syntax result = parse_primary();
    for (int chain = 1;; ++chain) {
      if (!is(".") && !is(".?") && !is("[") && !is("[?")) return result;
      if (chain + depth_ > kMaxDepth)
        throw Mistake{token_.at, "nested too deeply", std::string(kNameAPart)};
      if (is("[") || is("[?")) {
        result = parse_index(std::move(result));
      } else {
        result = parse_member(std::move(result));
      }
    }
  }

  Syntax parse_index(Syntax of) {
    Syntax result = start(Kind::index, of.at.begin, token_.at, "");
    result.optional = is("[?");
    advance();
    result.children.push_back(std::move(of));
    result.children.push_back(parse_expression());
    expect("]");
    return finish(std::move(result));
  }

  Syntax parse_member(Syntax of) {
    Syntax result = start(Kind::member, of.at.begin, token_.at, "");
    result.optional = is(".?");
    const std::string_view sign = token_.text;
    advance();
    const bool word = token_.kind == Token::Kind::name || token_.kind == Token::Kind::quoted_name;
    if (!word)
      throw Mistake{token_.at, fmt::format("a name is missing after `{}`", sign),
                    "a part is written a.b, a['b'] or a[0]"};
    result.text = std::string(token_.text);
    result.word_at = token_.at;
    const bool plain = token_.kind == Token::Kind::name && !result.optional;
    advance();
    result.children.push_back(std::move(of));
    if (!plain) return finish(std::move(result));
    if (is("(")) {
      result.kind = Kind::method;
      parse_arguments(result.children, ")");
    } else if (is("{") && is_qualified_name(result)) {
      return parse_message(std::move(result));
    }
    return finish(std::move(result));
  }

  static bool is_qualified_name(const Syntax& syntax) {
    if (syntax.kind == Kind::name) return true;
    return syntax.kind == Kind::member && !syntax.optional && is_qualified_name(syntax.children[0]);
  }

  Syntax parse_message(Syntax name) {
    Syntax result = start(Kind::message, name.at.begin, name.at, "");
    skip_map();
    return finish(std::move(result));
  }

  void skip_map() {
    advance();
    while (!is("}")) {
      if (is("?")) advance();
      advance();
      expect(":");
      parse_expression();
      if (is("}")) break;
      expect(",");
    }
    advance();
  }

  Syntax parse_primary() {
    if (token_.kind == Token::Kind::literal) return parse_literal();
    if (token_.kind == Token::Kind::name) return parse_name(false);
    if (is(".")) {
      advance();
      if (token_.kind == Token::Kind::name) return parse_name(true);
    }
    if (is("(")) return parse_group();
    if (is("[") || is("[?")) return parse_list();
    if (is("{")) return parse_map();
    if (token_.kind == Token::Kind::end) {
      throw Mistake{token_.at, "an expression is missing here",
                    "a name, a number, a text in quotes or a call stands here"};
    }
    throw Mistake{token_.at, fmt::format("`{}` cannot begin an expression", token_.text),
                  "it begins with a name, a number or a text in quotes"};
  }

  Syntax parse_literal() {
    if (token_.value.kind() == base::Kind::uint64 && !negative_) {
      const char last = text_[token_.at.end - 1];
      if (last != 'u' && last != 'U') {
        throw Mistake{token_.at, fmt::format("`{}` does not fit 64 bits", token_.text),
                      "write it as text, in quotes"};
      }
    }
    Syntax result = start(Kind::literal, token_.at.begin, token_.at, "");
    result.value = std::move(token_.value);
    advance();
    return finish(std::move(result));
  }

  Syntax parse_name(bool rooted) {
    Syntax result = start(Kind::name, token_.at.begin, token_.at, token_.text);
    result.rooted = rooted;
    advance();
    if (is("(")) {
      result.kind = Kind::call;
      parse_arguments(result.children, ")");
      return finish(std::move(result));
    }
    if (is("{")) return parse_message(std::move(result));
    if (is_reserved(result.text)) {
      throw Mistake{result.at, fmt::format("`{}` is a word that CEL reserves", result.text),
                    "use another name"};
    }
    return finish(std::move(result));
  }

  Syntax parse_group() {
    const Span open = token_.at;
    advance();
    Syntax result = parse_expression();
    expect(")");
    result.at = {open.begin, last_end_};
    return result;
  }

  Syntax parse_list() {
    Syntax result = start(Kind::list, token_.at.begin, token_.at, "");
    bool optional = is("[?");
    advance();
    while (!is("]")) {
      if (is("?")) {
        optional = true;
        advance();
      }
      result.children.push_back(parse_expression());
      result.optional_parts.push_back(optional);
      optional = false;
      if (is("]")) break;
      expect(",", "]");
    }
    advance();
    return finish(std::move(result));
  }

  Syntax parse_map() {
    Syntax result = start(Kind::map, token_.at.begin, token_.at, "");
    advance();
    while (!is("}")) {
      const bool optional = is("?");
      if (optional) advance();
      result.children.push_back(parse_expression());
      expect(":");
      result.children.push_back(parse_expression());
      result.optional_parts.push_back(optional);
      if (is("}")) break;
      expect(",", "}");
    }
    advance();
    return finish(std::move(result));
  }

  void parse_arguments(std::vector<Syntax>& into, std::string_view end) {
    advance();
    while (!is(end)) {
      into.push_back(parse_expression());
      if (is(end)) break;
      expect(",", end);
      if (is(end))
        throw Mistake{token_.at, "an argument is missing here", "leave the last comma away"};
    }
    advance();
  }

  bool is(std::string_view symbol) const {
    return token_.kind == Token::Kind::symbol && token_.text == symbol;
  }

  void advance() {
    last_end_ = token_.at.end;
    token_ = lexer_.next();
  }

  static std::string remedy_for(std::string_view closing) {
    if (closing == ")") return "a call is written f(a, b)";
    if (closing == "]") return "a part is written a.b, a['b'] or a[0], a list [1, 2]";
    return "a map is written {'key': value}";
  }

  void expect(std::string_view symbol, std::string_view instead = "") {
    if (!is(symbol)) {
      throw Mistake{token_.at,
                    fmt::format("`{}` is missing here", instead.empty() ? symbol : instead),
                    remedy_for(instead.empty() ? symbol : instead)};
    }
    advance();
  }

  static Syntax start(Kind kind, uint32_t begin, Span word, std::string_view text) {
    Syntax result;
    result.kind = kind;
    result.at = {begin, begin};
    result.word_at = word;
    result.text = std::string(text);
    return result;
  }
  Syntax finish(Syntax syntax) const {
    syntax.at.end = last_end_;
    return syntax;
  }

  std::string_view text_;
  Lexer lexer_;
  Token token_{};
  uint32_t last_end_ = 0;
  int depth_ = 0;
  bool negative_ = false;
};

}  // namespace

bool is_reserved(std::string_view word) {
  return std::ranges::find(kReserved, word) != kReserved.end();
}

std::expected<Syntax, Mistake> parse(std::string_view text) {
  if (text.size() > kMaxExpression) {
    return std::unexpected(
        Mistake{{0, 1},
                fmt::format("an expression of {} bytes", text.size()),
                fmt::format("at most {} bytes are read; use `data` for parts", kMaxExpression)});
  }
  try {
    return Parser(text).parse_all();
  } catch (Mistake& mistake) {
    return std::unexpected(std::move(mistake));
  }
}

}  // namespace peregrine::lang::cel
