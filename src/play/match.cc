#include "play/match.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>
#include <deque>

#include "base/json.h"
#include "base/rfc3339.h"
#include "base/text.h"
#include "play/equality.h"
#include "play/kinds.h"
#include "play/pairing.h"
#include "play/postgres_types.h"

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
    const bool holds = std::ranges::any_of(
        form.names, [&](const std::string& kind) { return is_of_kind(actual, kind); });
    if (!holds) report(path, describe(form), actual);
    return {};
  }

  Result<> fits(const Pattern::Compare& form, const Value* actual, const std::string& path) {
    using By = Pattern::Compare::By;
    TRY(const Value limit, form.limit.fill(context_));
    const auto order = actual ? compare(*actual, limit) : std::partial_ordering::unordered;
    const bool same = actual ? equal(limit, *actual) : limit.is_null();
    const bool holds = (form.by == By::not_equal && !same) || (form.by == By::less && order < 0) ||
                       (form.by == By::at_most && order <= 0) ||
                       (form.by == By::more && order > 0) ||
                       (form.by == By::at_least && order >= 0);
    // What an expression stood for is shown, too.
    if (!holds) {
      const std::string value = form.limit.literal() ? "" : fmt::format("  ({})", show(limit));
      report(path, form.text + value, actual);
    }
    return {};
  }

  Result<> fits(const Pattern::Matches& form, const Value* actual, const std::string& path) {
    const bool holds =
        actual && !actual->is_null() && re2::RE2::PartialMatch(lang::to_text(*actual), *form.re);
    if (!holds) report(path, describe(form), actual);
    return {};
  }

  Result<> fits(const Pattern::StatusClass& form, const Value* actual, const std::string& path) {
    const bool in_class =
        actual && actual->kind() == base::Kind::int64 && actual->as_int() / 100 == form.hundreds;
    // Elsewhere than in a status it is text.
    const bool text = actual && *actual == Value(describe(form));
    if (!in_class && !text) report(path, describe(form), actual);
    return {};
  }

  Result<> fits(const Pattern::Items& form, const Value* actual, const std::string& path) {
    const bool list = actual && actual->is_list();
    if (!list || (form.items.empty() && !actual->as_list().empty())) {
      report(path, describe(form), actual);
      return {};
    }
    const base::List& elements = actual->as_list();
    for (size_t i = 0; i < form.items.size(); ++i) {
      const std::string at = fmt::format("{}[{}]", path, i);
      TRY_OK(match(form.items[i], i < elements.size() ? &elements[i] : nullptr, at));
    }
    if (elements.size() > form.items.size()) {
      const size_t more = elements.size() - form.items.size() - 1;
      report(fmt::format("{}[{}]", path, form.items.size()), "nothing more",
             &elements[form.items.size()], nullptr,
             more > 0 ? fmt::format(", and {} more", more) : "");
    }
    return {};
  }

  Result<> fits(const Pattern::Members& form, const Value* actual, const std::string& path) {
    if (!actual || !actual->is_map()) {
      report(path, describe(form), actual);
      return {};
    }
    for (const auto& [key, wanted] : form.members) {
      TRY_OK(match(wanted, actual->find(key), fmt::format("{}.{}", path, key)));
    }
    return {};
  }

  Result<> fits(const Pattern::Exactly& form, const Value* actual, const std::string& path) {
    const auto& members = std::get<Pattern::Members>(form.members->form);
    TRY_OK(fits(members, actual, path));
    if (!actual || !actual->is_map()) return {};
    for (const auto& [key, value] : actual->as_map()) {
      if (std::ranges::find(members.members, key, &Pattern::Member::key) != members.members.end()) {
        continue;
      }
      report(fmt::format("{}.{}", path, key), "nothing", &value);
    }
    return {};
  }

  Result<> fits(const Pattern::Unordered& form, const Value* actual, const std::string& path) {
    TRY(const auto wanted, items_of(form.wanted));
    if (!actual || !actual->is_list()) {
      report(path, describe(form), actual);
      return {};
    }
    const base::List& elements = actual->as_list();
    TRY(const Fitting fits, fitting(wanted, elements));
    const Pairing pairing = pair(fits, elements.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (pairing.partner[i]) continue;
      TRY(const std::string text, describe_pattern(*wanted[i]));
      report(path, fmt::format("an element that fits {}", text), nullptr);
    }
    for (size_t i = 0; i < elements.size(); ++i) {
      if (!pairing.taken[i]) report(fmt::format("{}[{}]", path, i), "nothing more", &elements[i]);
    }
    return {};
  }

  Result<> fits(const Pattern::Contains& form, const Value* actual, const std::string& path) {
    TRY(const auto wanted, items_of(form.wanted));
    if (!actual || !actual->is_list()) {
      report(path, describe(form), actual);
      return {};
    }
    const base::List& elements = actual->as_list();
    size_t at = 0;
    for (const Pattern* item : wanted) {
      bool found = false;
      const size_t from = at;
      while (!found && at < elements.size()) {
        TRY(found, holds(*item, elements[at++]));
      }
      if (found) continue;
      TRY(const std::string text, describe_pattern(*item));
      const std::string where = from == 0 ? "" : fmt::format(" behind {}[{}]", path, from - 1);
      report(path, fmt::format("an element that fits {}{}", text, where), actual);
      return {};
    }
    return {};
  }

  Result<> fits(const Pattern::Every& form, const Value* actual, const std::string& path) {
    if (!actual || !actual->is_list()) {
      report(path, "a list", actual);
      return {};
    }
    const base::List& elements = actual->as_list();
    for (size_t i = 0; i < elements.size(); ++i) {
      TRY_OK(match(*form.pattern, &elements[i], fmt::format("{}[{}]", path, i)));
    }
    return {};
  }

  Result<> fits(const Pattern::Equals& form, const Value* actual, const std::string& path) {
    TRY(const Value wanted, form.value.fill(context_));
    if (wanted.is_null() && !actual) return {};
    if (!actual || !equal(wanted, *actual)) {
      report(path, show_distinct(wanted, actual), actual, &wanted);
    }
    return {};
  }

  // What is absent is null to a predicate.
  Result<> fits(const Pattern::Predicate& form, const Value* actual, const std::string& path) {
    const Value nothing;
    lang::Context context = context_;
    context.self = actual ? actual : &nothing;
    const Result<Value> holds = form.holds.evaluate(context);
    const std::string wanted = fmt::format("${{{}}}", form.holds.text);
    if (!holds) {
      // `this.a` of what has no `a` is a difference, not a mistake of the journey.
      if (holds.error().code == base::Code::limit) return std::unexpected(holds.error());
      report(path, wanted, actual, nullptr, fmt::format("  ({})", holds.error().text));
    } else if (!holds->is_bool()) {
      return base::fail(base::Code::invalid, "`{}` gives {}, which is neither true nor false",
                        form.holds.text, show(*holds));
    } else if (!holds->as_bool()) {
      report(path, wanted, actual);
    }
    return {};
  }

  Result<> fits(const Pattern::AnyOf& form, const Value* actual, const std::string& path) {
    std::string choices;
    for (const Pattern& choice : form.choices) {
      std::vector<Mismatch> found;
      TRY_OK(Matcher(context_, found).match(choice, actual, path));
      if (found.empty()) return {};
      TRY(const std::string text, describe_pattern(choice));
      choices += fmt::format("{}{}", choices.empty() ? "" : " or ", text);
    }
    report(path, choices, actual);
    return {};
  }

  Result<> fits(const Pattern::Not& form, const Value* actual, const std::string& path) {
    std::vector<Mismatch> found;
    TRY_OK(Matcher(context_, found).match(*form.pattern, actual, path));
    if (!found.empty()) return {};
    TRY(const std::string text, describe_pattern(*form.pattern));
    report(path, fmt::format("not {}", text), actual);
    return {};
  }

  // Which elements each item of an unordered list fits.
  Result<Fitting> fitting(const std::vector<const Pattern*>& wanted, const base::List& elements) {
    Fitting fits(wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
      for (size_t j = 0; j < elements.size(); ++j) {
        TRY(const bool this_one, holds(*wanted[i], elements[j]));
        if (this_one) fits[i].push_back(j);
      }
    }
    return fits;
  }

  Result<bool> holds(const Pattern& pattern, const Value& value) {
    std::vector<Mismatch> found;
    TRY_OK(Matcher(context_, found).match(pattern, &value, ""));
    return found.empty();
  }

  // The items as written, or of the list that the expression gives; those live in `made_`.
  Result<std::vector<const Pattern*>> items_of(const Pattern::Several& several) {
    std::vector<const Pattern*> items;
    if (!several.from) {
      for (const Pattern& item : several.items) items.push_back(&item);
      return items;
    }
    TRY(const Value list, several.from->fill(context_));
    if (!list.is_list()) {
      return base::fail(base::Code::invalid, "a list is needed to compare with, this is {}",
                        show(list));
    }
    for (const Value& value : list.as_list()) {
      made_.push_back({Pattern::Equal{lang::Template::of(value)}, {}});
      items.push_back(&made_.back());
    }
    return items;
  }

  // A pattern in words, without what is inside of it.
  Result<std::string> describe_pattern(const Pattern& pattern) {
    return std::visit([&](const auto& form) -> Result<std::string> { return describe(form); },
                      pattern.form);
  }

  Result<std::string> describe(const Pattern::Equal& form) {
    TRY(const Value wanted, form.value.fill(context_));
    return show(wanted);
  }
  static std::string describe(const Pattern::Kinds& form) {
    std::string all;
    for (const std::string& kind : form.names) {
      all += fmt::format("{}{}", all.empty() ? "" : "|", kind);
    }
    return fmt::format("<{}>", all);
  }
  static std::string describe(const Pattern::Compare& form) { return form.text; }
  static std::string describe(const Pattern::Matches& form) {
    return fmt::format("text with /{}/", form.re->pattern());
  }
  static std::string describe(const Pattern::StatusClass& form) {
    return fmt::format("{}xx", form.hundreds);
  }
  static std::string describe(const Pattern::Items& form) {
    return form.items.empty() ? "an empty list" : fmt::format("a list of {}", form.items.size());
  }
  static std::string describe(const Pattern::Members& form) {
    std::string keys;
    for (const auto& [key, value] : form.members) {
      keys += fmt::format("{}{}", keys.empty() ? " with " : ", ", key);
    }
    return "a map" + keys;
  }
  static std::string describe(const Pattern::Exactly& form) {
    return "exactly " + describe(std::get<Pattern::Members>(form.members->form));
  }
  static std::string describe(const Pattern::Unordered& form) {
    if (form.wanted.from) return "a list, in any order";
    return fmt::format("a list of {}, in any order", form.wanted.items.size());
  }
  static std::string describe(const Pattern::Contains&) { return "a list that contains these"; }
  static std::string describe(const Pattern::Every&) {
    return "a list of which every element fits";
  }
  Result<std::string> describe(const Pattern::Equals& form) {
    TRY(const Value wanted, form.value.fill(context_));
    return show(wanted);
  }
  static std::string describe(const Pattern::Predicate& form) {
    return fmt::format("${{{}}}", form.holds.text);
  }
  static std::string describe(const Pattern::AnyOf& form) {
    return fmt::format("any of {}", form.choices.size());
  }
  static std::string describe(const Pattern::Not&) { return "the opposite"; }

  static std::partial_ordering compare(const Value& actual, const Value& limit) {
    if (const auto pair = as_instants(actual, limit)) return pair->first <=> pair->second;
    return base::compare(actual, limit);
  }

  void report(const std::string& path, std::string expected, const Value* actual,
              const Value* wanted = nullptr, const std::string& more = "") {
    if (mismatches_.size() >= kMostMismatches) return;
    std::string shown = actual ? show(*actual) : "(absent)";
    // `12` and "12" would read the same.
    if (actual && wanted && wanted->kind() != actual->kind() && actual->is_text()) {
      shown = base::to_json(*actual);
    }
    mismatches_.push_back({path, std::move(expected), shown + more});
  }

  static std::string show_distinct(const Value& wanted, const Value* actual) {
    if (actual && wanted.is_text()) {
      // Both sides in the same form, so that their difference is seen.
      const auto pair = as_instants(wanted, *actual);
      if (pair) return base::to_rfc3339(pair->first);
      if (actual->kind() == base::Kind::bytes) return wanted.as_text();
    }
    const bool mistakable = wanted.is_text() && actual && !actual->is_text();
    return mistakable ? base::to_json(wanted) : show(wanted);
  }

  const lang::Context& context_;
  std::deque<Pattern> made_;
  std::vector<Mismatch>& mismatches_;
};

}  // namespace

std::string show(const Value& value) {
  if (value.is_text()) {
    const std::string& text = value.as_text();
    const bool plain = !text.empty() && text.find_first_of("\n\r") == std::string::npos &&
                       text[0] != '"' && base::trimmed(text).size() == text.size() &&
                       text != "null";
    return base::shortened(plain ? text : base::to_json(value), kShown);
  }
  if (value.kind() == base::Kind::timestamp) return base::to_rfc3339(value.as_timestamp());
  if (value.kind() == base::Kind::duration) return base::to_text(value.as_duration());
  if (value.kind() == base::Kind::bytes) {
    return base::shortened(to_postgres_bytes(value.as_bytes()), kShown);
  }
  return base::shortened(base::to_json(value), kShown);
}

Result<> match(const Pattern& pattern, const Value* actual, const lang::Context& context,
               const std::string& path, std::vector<Mismatch>& mismatches) {
  return Matcher(context, mismatches).match(pattern, actual, path);
}

}  // namespace peregrine::play
