#include "lang/expectation.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/text.h"

namespace peregrine::lang {

using base::Value;

namespace {

// What a part of an answer is, and what a literal for it may be.
struct Part {
  std::string_view name;
  bool (*is_possible)(const Value& literal);
  bool list;
  bool map;
  std::string_view remedy;
};

bool is_status(const Value& literal) {
  return literal.kind() == base::Kind::int64 && literal.as_int() >= 100 && literal.as_int() <= 599;
}
bool is_count(const Value& literal) {
  return literal.kind() == base::Kind::int64 && literal.as_int() >= 0;
}
bool is_text(const Value& literal) { return literal.is_text(); }
bool is_nothing(const Value&) { return false; }

constexpr std::array<Part, 6> kParts = {{
    {"status", is_status, false, false,
     "a status is a number from 100 to 599, a class as 2xx, or { any: [200, 204] }"},
    {"headers", is_nothing, false, true, "headers are a map: { content-type: /json/ }"},
    {"text", is_text, false, false, "the text of an answer is text: quote a number"},
    {"time", is_nothing, false, false, "no time is met exactly; compare: \"< 50ms\""},
    {"rows", is_nothing, true, false, "rows are a list of maps: [{ id: 1 }]; of none: []"},
    {"count", is_count, false, false, "a count is a number, or a comparison: \">= 1\""},
}};

class Check {
 public:
  Check(const Part& part, Diagnostics& diagnostics) : part_(part), diagnostics_(diagnostics) {}

  void check(const Pattern& pattern) {
    std::visit([&](const auto& form) { see(form, pattern.at); }, pattern.form);
  }

 private:
  void see(const Pattern::Equal& form, const Place& at) {
    const Value* literal = form.value.literal();
    if (literal && !part_.is_possible(*literal)) report(at, base::to_json(*literal));
  }
  void see(const Pattern::Items& form, const Place& at) {
    if (!part_.list) return report(at, "a list");
    for (const Pattern& item : form.items) {
      const auto* equal = std::get_if<Pattern::Equal>(&item.form);
      if (equal && equal->value.literal()) report(item.at, base::to_json(*equal->value.literal()));
    }
  }
  void see(const Pattern::Members&, const Place& at) {
    if (!part_.map) report(at, "a map");
  }
  void see(const Pattern::Exactly& form, const Place&) { check(*form.members); }
  void see(const Pattern::Unordered&, const Place& at) {
    if (!part_.list) report(at, "a list");
  }
  void see(const Pattern::Contains&, const Place& at) {
    if (!part_.list) report(at, "a list");
  }
  void see(const Pattern::Every&, const Place& at) {
    if (!part_.list) report(at, "a list");
  }
  void see(const Pattern::AnyOf& form, const Place&) {
    for (const Pattern& choice : form.choices) check(choice);
  }
  void see(const Pattern::Not& form, const Place&) { check(*form.pattern); }
  // `count: ">= 0"` looks at nothing.
  void see(const Pattern::Compare& form, const Place& at) {
    using By = Pattern::Compare::By;
    const Value* limit = form.limit.literal();
    const bool counts = part_.name == "count" && limit && limit->is_number();
    const Value zero(0);
    if (!counts || base::compare(*limit, zero) > 0) return;
    const bool at_zero = base::compare(*limit, zero) == 0;
    const bool always = form.by == By::at_least || (form.by == By::more && !at_zero);
    const bool never = form.by == By::less || (form.by == By::at_most && !at_zero);
    if (!always && !never) return;
    diagnostics_.add(at, fmt::format("a count is {} {}", always ? "always" : "never", form.text),
                     "a count is 0 or more; for one or more write \">= 1\"");
  }
  // Kinds, comparisons, …: whatever the part is, they can be asked.
  template <class Form>
  void see(const Form&, const Place&) {}

  void report(const Place& at, std::string_view what) {
    diagnostics_.add(at, fmt::format("`{}` is never {}", part_.name, base::shortened(what, 60)),
                     std::string(part_.remedy));
  }

  const Part& part_;
  Diagnostics& diagnostics_;
};

// Names of headers are compared in lower case, and their values are text.
void adapt_to_headers(Pattern& pattern) {
  if (auto* members = std::get_if<Pattern::Members>(&pattern.form)) {
    for (auto& [key, value] : members->members) {
      key = base::lowercase(key);
      auto* equal = std::get_if<Pattern::Equal>(&value.form);
      const Value* literal = equal ? equal->value.literal() : nullptr;
      if (literal && literal->is_number()) equal->value = Template::of(Value(to_text(*literal)));
    }
  } else if (auto* exactly = std::get_if<Pattern::Exactly>(&pattern.form)) {
    adapt_to_headers(*exactly->members);
  } else if (auto* choices = std::get_if<Pattern::AnyOf>(&pattern.form)) {
    for (Pattern& choice : choices->choices) adapt_to_headers(choice);
  } else if (auto* negated = std::get_if<Pattern::Not>(&pattern.form)) {
    adapt_to_headers(*negated->pattern);
  }
}

}  // namespace

Pattern compile_expectation(std::string_view name, const Node& node, const Names& names,
                            Diagnostics& diagnostics) {
  Pattern pattern = Pattern::compile(node, names, diagnostics);
  const auto* part = std::ranges::find(kParts, name, &Part::name);
  if (part != kParts.end()) Check(*part, diagnostics).check(pattern);
  if (name == "headers") adapt_to_headers(pattern);
  return pattern;
}

}  // namespace peregrine::lang
