#include <fmt/core.h>

#include <charconv>

#include "base/text.h"
#include "lang/expression.h"
#include "lang/functions.h"

namespace peregrine::lang {

using base::Value;

namespace {

constexpr int kMaxDepth = 32;

// Thrown and caught in this file only: a mistake ends the parsing of its expression.
struct Mistake {
  size_t offset;
  size_t length;
  std::string message;
  std::string remedy;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  Parser(std::string_view text, const Names& names) : text_(text), names_(names) {}

  Expression parse_all() {
    Expression result = parse_expression();
    skip_blanks();
    if (at_ < text_.size()) {
      throw Mistake{at_, 1, fmt::format("`{}` is not expected here", text_.substr(at_, 1)),
                    "so far an expression is a literal, a name, a.b, a[0] or a function's call"};
    }
    return result;
  }

 private:
  Expression parse_expression() {
    if (++depth_ > kMaxDepth) throw Mistake{at_, 1, "nested too deeply", ""};
    skip_blanks();
    const size_t begin = at_;
    Expression result = parse_primary();
    for (;;) {
      if (accept('.')) {
        const std::string_view key = read_word();
        if (key.empty()) throw Mistake{at_, 1, "a name is missing after `.`", ""};
        result = make(Expression::Member{hold(std::move(result)), std::string(key)}, begin);
      } else if (accept('[')) {
        Expression index = parse_expression();
        expect(']');
        result = make(Expression::Index{hold(std::move(result)), hold(std::move(index))}, begin);
      } else {
        --depth_;
        return result;
      }
    }
  }

  Expression parse_primary() {
    const size_t begin = at_;
    if (at_ >= text_.size()) throw Mistake{at_, 1, "an expression is missing here", ""};
    const char c = text_[at_];
    if (c == '\'' || c == '"') return make(Expression::Literal{Value(read_string())}, begin);
    if (is_digit(c) || c == '-') return make(Expression::Literal{read_number()}, begin);
    const std::string_view word = read_word();
    if (word.empty()) {
      throw Mistake{at_, 1, fmt::format("`{}` cannot begin an expression", text_.substr(at_, 1)),
                    ""};
    }
    if (word == "null") return make(Expression::Literal{Value()}, begin);
    if (word == "true") return make(Expression::Literal{Value(true)}, begin);
    if (word == "false") return make(Expression::Literal{Value(false)}, begin);
    if (accept('(')) return parse_call(word, begin);
    const auto slot = names_.find(word);
    if (!slot) {
      throw Mistake{begin, word.size(), fmt::format("nothing is named `{}` here", word),
                    suggestion(word, names_.known())};
    }
    return make(Expression::Name{*slot}, begin);
  }

  Expression parse_call(std::string_view word, size_t begin) {
    const Function* function = find_function(word);
    if (!function) {
      throw Mistake{begin, word.size(), fmt::format("there is no function `{}`", word),
                    suggestion(word, function_names())};
    }
    std::vector<Expression> arguments;
    if (!accept(')')) {
      do arguments.push_back(parse_expression());
      while (accept(','));
      expect(')');
    }
    if (arguments.size() < function->least || arguments.size() > function->most) {
      throw Mistake{begin, at_ - begin,
                    fmt::format("`{}` takes {} arguments, here are {}", word, arity(*function),
                                arguments.size()),
                    fmt::format("write {}", function->usage)};
    }
    return make(Expression::Call{function, std::move(arguments)}, begin);
  }

  static std::string arity(const Function& function) {
    if (function.least == function.most) return fmt::format("{}", function.least);
    return fmt::format("{} to {}", function.least, function.most);
  }

  static std::unique_ptr<Expression> hold(Expression expression) {
    return std::make_unique<Expression>(std::move(expression));
  }

  template <class Kind>
  Expression make(Kind kind, size_t begin) const {
    return Expression{std::move(kind), std::string(text_.substr(begin, at_ - begin))};
  }

  std::string read_string() {
    const size_t begin = at_;
    const char quote = text_[at_++];
    std::string result;
    while (at_ < text_.size() && text_[at_] != quote) {
      char c = text_[at_++];
      if (c == '\\' && at_ < text_.size()) {
        c = text_[at_++];
        if (c == 'n') c = '\n';
        if (c == 't') c = '\t';
        if (c == 'r') c = '\r';
      }
      result += c;
    }
    if (at_ >= text_.size()) {
      throw Mistake{begin, text_.size() - begin, "this text has no end",
                    fmt::format("close it with {}", quote)};
    }
    ++at_;
    return result;
  }

  Value read_number() {
    const size_t begin = at_;
    if (text_[at_] == '-') ++at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    const std::string_view digits = text_.substr(begin, at_ - begin);
    int64_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end) return Value(number);
    double real = 0;
    const auto as_real = std::from_chars(digits.data(), end, real);
    if (as_real.ec == std::errc() && as_real.ptr == end) return Value(real);
    throw Mistake{begin, digits.size(), fmt::format("`{}` is not a number", digits), ""};
  }

  std::string_view read_word() {
    skip_blanks();
    const size_t begin = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || (at_ > begin && is_digit(text_[at_])))) {
      ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }

  bool accept(char c) {
    const size_t before = at_;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == c) {
      ++at_;
      return true;
    }
    at_ = before;
    return false;
  }

  void expect(char c) {
    if (accept(c)) return;
    throw Mistake{at_, 1, fmt::format("`{}` is missing here", c), ""};
  }

  std::string_view text_;
  const Names& names_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::optional<Expression> compile_expression(std::string_view text, const Place& at,
                                             const Names& names, Diagnostics& diagnostics) {
  try {
    return Parser(text, names).parse_all();
  } catch (const Mistake& mistake) {
    Place place = at;
    place.column += static_cast<int>(mistake.offset);
    place.length = static_cast<int>(std::max<size_t>(mistake.length, 1));
    diagnostics.add(place, mistake.message, mistake.remedy);
    return std::nullopt;
  }
}

}  // namespace peregrine::lang
