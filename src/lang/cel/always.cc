#include "lang/cel/always.h"

#include <fmt/core.h>

#include <array>
#include <utility>
#include <vector>

#include "lang/cel/node.h"

namespace peregrine::lang::cel {

using base::Value;
using Kind = Syntax::Kind;

namespace {

constexpr size_t kMostCompared = 50;  // operands of one `&&`

enum class Sign { equal, differs, less, at_most, more, at_least };

std::optional<Sign> sign_of(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Sign>, 6> kSigns = {{{"==", Sign::equal},
                                                                        {"!=", Sign::differs},
                                                                        {"<", Sign::less},
                                                                        {"<=", Sign::at_most},
                                                                        {">", Sign::more},
                                                                        {">=", Sign::at_least}}};
  for (const auto& [sign, meaning] : kSigns) {
    if (sign == text) return meaning;
  }
  return std::nullopt;
}

Sign opposite(Sign sign) {
  constexpr std::array kOpposite = {Sign::differs, Sign::equal,   Sign::at_least,
                                    Sign::more,    Sign::at_most, Sign::less};
  return kOpposite[static_cast<size_t>(sign)];
}

// The same seen from the other side: 3 < a is a > 3.
Sign mirrored(Sign sign) {
  constexpr std::array kMirrored = {Sign::equal,    Sign::differs, Sign::more,
                                    Sign::at_least, Sign::less,    Sign::at_most};
  return kMirrored[static_cast<size_t>(sign)];
}

struct Comparison {
  std::string_view path;
  Sign sign;
  const Value* value;
};

std::string_view written(const Syntax& syntax, std::string_view text) {
  return text.substr(syntax.at.begin, syntax.at.end - syntax.at.begin);
}

std::optional<Comparison> as_comparison(const Syntax& syntax, std::string_view text) {
  const auto sign = syntax.kind == Kind::operation ? sign_of(syntax.text) : std::nullopt;
  if (!sign || syntax.children.size() != 2) return std::nullopt;
  const Syntax& left = syntax.children[0];
  const Syntax& right = syntax.children[1];
  if (is_path(left) && right.kind == Kind::literal) {
    return Comparison{written(left, text), *sign, &right.value};
  }
  if (is_path(right) && left.kind == Kind::literal) {
    return Comparison{written(right, text), mirrored(*sign), &left.value};
  }
  return std::nullopt;
}

bool holds(std::partial_ordering order, Sign sign) {
  switch (sign) {
    case Sign::equal:
      return order == 0;
    case Sign::differs:
      return order != 0;
    case Sign::less:
      return order < 0;
    case Sign::at_most:
      return order <= 0;
    case Sign::more:
      return order > 0;
    case Sign::at_least:
      return order >= 0;
  }
  return false;
}

bool is_upper(Sign sign) { return sign == Sign::less || sign == Sign::at_most; }
bool is_lower(Sign sign) { return sign == Sign::more || sign == Sign::at_least; }

// Whether nothing is both.
bool exclude(const Comparison& a, const Comparison& b) {
  const bool numbers = a.value->is_number() && b.value->is_number();
  const bool texts = a.value->is_text() && b.value->is_text();
  const bool ordered = numbers || texts;
  const auto between = ordered ? order(*a.value, *b.value) : std::partial_ordering::unordered;
  if (a.sign == Sign::equal && b.sign == Sign::equal) return ordered ? between != 0 : false;
  if (!ordered) return false;
  if (a.sign == Sign::equal) return !holds(between, b.sign);
  if (b.sign == Sign::equal) return exclude(b, a);
  if (is_lower(a.sign) && is_upper(b.sign)) return exclude(b, a);
  if (!is_upper(a.sign) || !is_lower(b.sign)) return false;
  const bool both_include = a.sign == Sign::at_most && b.sign == Sign::at_least;
  return both_include ? between < 0 : between <= 0;
}

// `size(x) >= 0` and its kind: there is no negative size.
std::optional<bool> says_of_size(const Syntax& syntax) {
  const auto sign = syntax.kind == Kind::operation ? sign_of(syntax.text) : std::nullopt;
  if (!sign || syntax.children.size() != 2) return std::nullopt;
  const Syntax& left = syntax.children[0];
  const Syntax& right = syntax.children[1];
  const bool call = left.kind == Kind::call || left.kind == Kind::method;
  const bool zero = right.kind == Kind::literal && right.value == Value(0);
  if (!call || left.text != "size" || !zero) return std::nullopt;
  if (*sign == Sign::at_least) return true;
  if (*sign == Sign::less) return false;
  return std::nullopt;
}

}  // namespace

bool is_path(const Syntax& syntax) {
  if (syntax.kind == Kind::name) return true;
  const bool member = syntax.kind == Kind::member;
  const bool index = syntax.kind == Kind::index && syntax.children[1].kind == Kind::literal;
  return (member || index) && is_path(syntax.children[0]);
}

void check_not_always(const Syntax& operation, std::string_view text) {
  if (const auto always = says_of_size(operation)) {
    throw Mistake{operation.at, fmt::format("`{}` is always {}", written(operation, text), *always),
                  "no size is below 0"};
  }
  const bool any = operation.text == "||";
  if (!any && operation.text != "&&") return;
  std::vector<Comparison> seen;
  for (const Syntax& operand : operation.children) {
    auto comparison = as_comparison(operand, text);
    if (!comparison || seen.size() == kMostCompared) continue;
    // All of them are false only if all of their opposites hold.
    if (any) comparison->sign = opposite(comparison->sign);
    for (const Comparison& other : seen) {
      if (other.path != comparison->path || !exclude(other, *comparison)) continue;
      throw Mistake{operation.at, fmt::format("`{}` is always {}", written(operation, text), any),
                    fmt::format("did you mean `{}`?", any ? "&&" : "||")};
    }
    seen.push_back(*comparison);
  }
}

}  // namespace peregrine::lang::cel
