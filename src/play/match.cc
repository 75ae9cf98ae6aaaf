#include "play/match.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include "base/json.h"
#include "base/rfc3339.h"
#include "base/text.h"
#include "play/kinds.h"

namespace peregrine::play {

using base::Result;
using base::Value;
using lang::Pattern;
using record::Mismatch;

namespace {

constexpr size_t kShown = 2000;

class Matcher {
 public:
  Matcher(const lang::Context& context, std::vector<Mismatch>& mismatches)
      : context_(context), mismatches_(mismatches) {}

  Result<> match(const Pattern& pattern, const Value* actual, const std::string& path) {
    return std::visit([&](const auto& form) { return fits(form, actual, path); }, pattern.form);
  }

 private:
  Result<> fits(const Pattern::Equal& form, const Value* actual, const std::string& path) {
    TRY(const Value wanted, form.value.fill(context_));
    if (wanted.is_null() && !actual) return {};
    if (!actual || !equal(wanted, *actual)) {
      report(path, show_distinct(wanted, actual), actual, &wanted);
    }
    return {};
  }

  Result<> fits(const Pattern::Kinds& form, const Value* actual, const std::string& path) {
    std::string all;
    for (const std::string& kind : form.names) {
      if (is_of_kind(actual, kind)) return {};
      all += fmt::format("{}{}", all.empty() ? "" : "|", kind);
    }
    report(path, fmt::format("<{}>", all), actual);
    return {};
  }

  Result<> fits(const Pattern::Compare& form, const Value* actual, const std::string& path) {
    using By = Pattern::Compare::By;
    if (form.by == By::not_equal) {
      if (actual ? *actual == form.limit : form.limit.is_null()) report(path, form.text, actual);
      return {};
    }
    const auto order =
        actual ? base::compare(*actual, form.limit) : std::partial_ordering::unordered;
    const bool holds =
        (form.by == By::less && order < 0) || (form.by == By::at_most && order <= 0) ||
        (form.by == By::more && order > 0) || (form.by == By::at_least && order >= 0);
    if (!holds) report(path, form.text, actual);
    return {};
  }

  Result<> fits(const Pattern::Matches& form, const Value* actual, const std::string& path) {
    const bool holds =
        actual && !actual->is_null() && re2::RE2::PartialMatch(lang::to_text(*actual), *form.re);
    if (!holds) report(path, fmt::format("text with /{}/", form.re->pattern()), actual);
    return {};
  }

  Result<> fits(const Pattern::StatusClass& form, const Value* actual, const std::string& path) {
    const bool holds =
        actual && actual->kind() == base::Kind::int64 && actual->as_int() / 100 == form.hundreds;
    if (!holds) report(path, fmt::format("{}xx", form.hundreds), actual);
    return {};
  }

  Result<> fits(const Pattern::Items& form, const Value* actual, const std::string& path) {
    if (!actual || !actual->is_list()) {
      report(path, fmt::format("a list of {}", form.items.size()), actual);
      return {};
    }
    const base::List& list = actual->as_list();
    for (size_t i = 0; i < form.items.size(); ++i) {
      const std::string at = fmt::format("{}[{}]", path, i);
      TRY_OK(match(form.items[i], i < list.size() ? &list[i] : nullptr, at));
    }
    for (size_t i = form.items.size(); i < list.size(); ++i) {
      report(fmt::format("{}[{}]", path, i), "nothing more", &list[i]);
    }
    return {};
  }

  Result<> fits(const Pattern::Members& form, const Value* actual, const std::string& path) {
    if (!actual || !actual->is_map()) {
      std::string keys;
      for (const auto& [key, value] : form.members) {
        keys += fmt::format("{}{}", keys.empty() ? "" : ", ", key);
      }
      report(path, fmt::format("a map with {}", keys), actual);
      return {};
    }
    for (const auto& [key, wanted] : form.members) {
      TRY_OK(match(wanted, actual->find(key), fmt::format("{}.{}", path, key)));
    }
    return {};
  }

  Result<> fits(const Pattern::AnyOf& form, const Value* actual, const std::string& path) {
    std::string choices;
    for (const Pattern& choice : form.choices) {
      std::vector<Mismatch> found;
      TRY_OK(Matcher(context_, found).match(choice, actual, path));
      if (found.empty()) return {};
      choices += fmt::format("{}{}", choices.empty() ? "" : " or ", found.front().expected);
    }
    report(path, choices, actual);
    return {};
  }

  Result<> fits(const Pattern::Not& form, const Value* actual, const std::string& path) {
    std::vector<Mismatch> found;
    TRY_OK(Matcher(context_, found).match(*form.pattern, actual, path));
    if (found.empty()) report(path, "something else", actual);
    return {};
  }

  // Instants are equal as instants, however the text of the expectation writes them.
  static bool equal(const Value& wanted, const Value& actual) {
    if (actual.kind() == base::Kind::timestamp && wanted.is_text()) {
      const auto instant = base::parse_rfc3339(wanted.as_text());
      return instant && *instant == actual.as_timestamp();
    }
    return wanted == actual;
  }

  void report(const std::string& path, std::string expected, const Value* actual,
              const Value* wanted = nullptr) {
    if (mismatches_.size() >= kMostMismatches) return;
    std::string shown = actual ? show(*actual) : "(absent)";
    // `12` and "12" would read the same.
    if (actual && wanted && wanted->kind() != actual->kind() && actual->is_text()) {
      shown = base::to_json(*actual);
    }
    mismatches_.push_back({path, std::move(expected), std::move(shown)});
  }

  static std::string show_distinct(const Value& wanted, const Value* actual) {
    const bool mistakable = wanted.is_text() && actual && !actual->is_text();
    return mistakable ? base::to_json(wanted) : show(wanted);
  }

  const lang::Context& context_;
  std::vector<Mismatch>& mismatches_;
};

}  // namespace

std::string show(const Value& value) {
  if (value.is_text()) {
    const std::string& text = value.as_text();
    const bool plain = !text.empty() && text.find_first_of("\n\"") == std::string::npos &&
                       base::trimmed(text).size() == text.size() && text != "null";
    return base::shortened(plain ? text : base::to_json(value), kShown);
  }
  if (value.kind() == base::Kind::timestamp) return base::to_rfc3339(value.as_timestamp());
  return base::shortened(base::to_json(value), kShown);
}

Result<> match(const Pattern& pattern, const Value* actual, const lang::Context& context,
               const std::string& path, std::vector<Mismatch>& mismatches) {
  return Matcher(context, mismatches).match(pattern, actual, path);
}

}  // namespace peregrine::play
