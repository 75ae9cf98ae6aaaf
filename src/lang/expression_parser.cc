#include <fmt/core.h>

#include <charconv>

#include "base/text.h"
#include "lang/expression.h"
#include "lang/functions.h"
#include "lang/place_within.h"

namespace peregrine::lang {

using base::Value;

namespace {

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
    if (text_.size() > kLongestExpression) {
      throw Mistake{0, 1, fmt::format("an expression of more than {} bytes", kLongestExpression),
                    "make several of it"};
    }
    Expression result = parse_expression();
    skip_blanks();
    if (at_ < text_.size()) {
      throw Mistake{at_, 1, fmt::format("`{}` is not expected here", character()),
                    "so far an expression is a literal, a name, a.b, a[0] or a function's call"};
    }
    return result;
  }

 private:
  Expression parse_expression() {
    const int depth = depth_;
    go_deeper();
    skip_blanks();
    const size_t begin = at_;
    Expression result = parse_primary();
    for (;; go_deeper()) {
      if (accept('.')) {
        const std::string_view key = read_word();
        if (key.empty())
          throw Mistake{at_, 1, "a name is missing after `.`", std::string(kMembers)};
        result = make(Expression::Member{hold(std::move(result)), std::string(key)}, begin);
      } else if (accept('[')) {
        Expression index = parse_expression();
        expect(']');
        result = make(Expression::Index{hold(std::move(result)), hold(std::move(index))}, begin);
      } else {
        depth_ = depth;
        return result;
      }
    }
  }

  // Also for each member of a chain: the tree of `a.b.c` is as deep as it is long.
  void go_deeper() {
    if (++depth_ <= kDeepestExpression) return;
    throw Mistake{at_, 1, fmt::format("nested more than {} deep", kDeepestExpression),
                  "give a part of it a name in `data`"};
  }

  // The character that stands here, whole.
  std::string_view character() const {
    size_t length = 1;
    while (at_ + length < text_.size() &&
           (static_cast<unsigned char>(text_[at_ + length]) & 0xc0) == 0x80) {
      ++length;
    }
    return text_.substr(at_, length);
  }

  Expression parse_primary() {
    const size_t begin = at_;
    if (at_ >= text_.size()) throw Mistake{at_, 1, "an expression is missing here", ""};
    const char c = text_[at_];
    if (c == '\'' || c == '"') return make(Expression::Literal{Value(read_string())}, begin);
    if (is_digit(c) || c == '-') return make(Expression::Literal{read_number()}, begin);
    const std::string_view word = read_word();
    if (word.empty()) {
      throw Mistake{at_, character().size(),
                    fmt::format("`{}` cannot begin an expression", character()),
                    "it begins with a name, a number or a text in quotes"};
    }
    if (word == "null") return make(Expression::Literal{Value()}, begin);
    if (word == "true") return make(Expression::Literal{Value(true)}, begin);
    if (word == "false") return make(Expression::Literal{Value(false)}, begin);
    if (accept('(')) return parse_call(word, begin);
    if (names_.ambiguous(word)) {
      throw Mistake{begin, word.size(),
                    fmt::format("`{}` is what this step sees, and a name of the journey", word),
                    "give the journey's another name"};
    }
    const auto slot = names_.find(word);
    if (!slot && word == "this") {
      throw Mistake{begin, word.size(), "`this` cannot be read by this version yet",
                    "it is part of the language; write a literal, a kind or a comparison for now"};
    }
    if (const auto line = names_.later(word); !slot && line) {
      throw Mistake{begin, word.size(), fmt::format("`{}` has no value yet here", word),
                    fmt::format("it gets one in line {}", *line)};
    }
    if (!slot) {
      const bool capitals = word.find_first_of("abcdefghijklmnopqrstuvwxyz") == word.npos;
      throw Mistake{begin, word.size(), fmt::format("nothing is named `{}` here", word),
                    capitals && names_.find("env")
                        ? fmt::format("a variable of the environment is `env.{}`", word)
                        : suggestion(word, names_.known())};
    }
    return make(Expression::Name{*slot}, begin);
  }

  Expression parse_call(std::string_view word, size_t begin) {
    const Function* function = find_function(word);
    if (!function && is_later_function(word)) {
      throw Mistake{begin, word.size(),
                    fmt::format("the function `{}` cannot be called by this version yet", word),
                    "it is part of the language; leave it out for now"};
    }
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
                    fmt::format("`{}` takes {}, here {} {}", word, arity(*function),
                                arguments.size() == 1 ? "is" : "are", arguments.size()),
                    fmt::format("write {}", function->usage)};
    }
    return make(Expression::Call{function, std::move(arguments)}, begin);
  }

  static std::string arity(const Function& function) {
    if (function.most == 0) return "no argument";
    if (function.least != function.most) {
      return fmt::format("{} to {} arguments", function.least, function.most);
    }
    return function.most == 1 ? "1 argument" : fmt::format("{} arguments", function.most);
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
      const char c = text_[at_++];
      result += c == '\\' ? read_escape() : c;
    }
    if (at_ >= text_.size()) {
      throw Mistake{begin, text_.size() - begin, "this text has no end",
                    fmt::format("close it with {}", quote)};
    }
    ++at_;
    return result;
  }

  // As CEL has them, without those of numbers.
  char read_escape() {
    constexpr std::string_view kNames = "ntr\\'\"`?";
    constexpr std::string_view kMeant = "\n\t\r\\'\"`?";
    const size_t which = at_ < text_.size() ? kNames.find(text_[at_]) : std::string_view::npos;
    if (which == std::string_view::npos) {
      throw Mistake{at_ - 1, 2, fmt::format("`\\{}` means nothing in a text", character()),
                    "write a backslash twice: \\\\"};
    }
    ++at_;
    return kMeant[which];
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
    if (parsed.ec == std::errc::result_out_of_range && parsed.ptr == end) {
      throw Mistake{begin, digits.size(), "this is more than an integer of 64 bits holds",
                    "write it as text, in quotes"};
    }
    double real = 0;
    const auto as_real = std::from_chars(digits.data(), end, real);
    if (as_real.ec == std::errc() && as_real.ptr == end && is_digit(digits.back())) {
      return Value(real);
    }
    throw Mistake{begin, digits.size(), fmt::format("`{}` is not a number", digits),
                  "a number is written 12, -3 or 1.5"};
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
    while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
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
    throw Mistake{at_, 1, fmt::format("`{}` is missing here", c),
                  std::string(c == ')' ? "a call is written f(a, b)" : kMembers)};
  }

  static constexpr std::string_view kMembers = "a part is written a.b, a['b'] or a[0]";

  std::string_view text_;
  const Names& names_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::optional<Expression> compile_expression(std::string_view text, const Node& scalar,
                                             size_t offset, const Names& names,
                                             Diagnostics& diagnostics) {
  try {
    return Parser(text, names).parse_all();
  } catch (const Mistake& mistake) {
    // Only now: finding the place of every expression would read a long file again and again.
    if (diagnostics.full()) return std::nullopt;
    diagnostics.add(place_within(scalar, offset + mistake.offset, mistake.length), mistake.message,
                    mistake.remedy);
    return std::nullopt;
  }
}

}  // namespace peregrine::lang
