#include "play/match.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>

#include "base/json.h"
#include "base/rfc3339.h"
#include "base/text.h"
#include "play/difference.h"
#include "play/equality.h"
#include "play/kinds.h"
#include "play/matcher.h"
#include "play/pattern_words.h"
#include "play/postgres_types.h"

namespace peregrine::play {

using base::Result;
using base::Value;
using lang::Pattern;
using record::Mismatch;

namespace {

constexpr size_t kShown = 2000;

std::partial_ordering order(const Value& actual, const Value& limit) {
  if (const auto pair = as_instants(actual, limit)) return pair->first <=> pair->second;
  return base::compare(actual, limit);
}

std::string show_distinct(const Value& wanted, const Value* actual) {
  if (actual && wanted.is_text()) {
    // Both sides in the same form, so that their difference is seen.
    const auto pair = as_instants(wanted, *actual);
    if (pair) return base::to_rfc3339(pair->first);
    if (actual->kind() == base::Kind::bytes) return wanted.as_text();
  }
  const bool mistakable = wanted.is_text() && actual && !actual->is_text();
  return mistakable ? base::to_json(wanted) : show(wanted);
}

}  // namespace

Result<> Matcher::match(const Pattern& pattern, const Value* actual, const Path& path) {
  if (deciding_ && !mismatches_.empty()) return {};
  return std::visit([&](const auto& form) { return fits(form, actual, path); }, pattern.form);
}

Result<> Matcher::fits(const Pattern::Equal& form, const Value* actual, const Path& path) {
  if (const Value* literal = form.value.literal()) return compare_values(*literal, actual, path);
  TRY(const Value wanted, form.value.fill(context_));
  return compare_values(wanted, actual, path);
}

Result<> Matcher::fits(const Pattern::Equals& form, const Value* actual, const Path& path) {
  TRY(const Value wanted, form.value.fill(context_));
  return compare_values(wanted, actual, path);
}

// Null fits what is absent only at the top: inside of a value that is compared whole, a key with
// null and no key are two things.
Result<> Matcher::compare_values(const Value& wanted, const Value* actual, const Path& path) {
  if (!actual && wanted.is_null()) return {};
  if (actual && equal(wanted, *actual)) return {};
  const size_t before = mismatches_.size();
  if (actual && !deciding_ && wanted.is_map() && actual->is_map()) {
    TRY_OK(compare_maps(wanted.as_map(), actual->as_map(), path));
  } else if (actual && !deciding_ && wanted.is_list() && actual->is_list() &&
             !wanted.as_list().empty()) {
    TRY_OK(match_in_order(items_of(wanted.as_list()), actual->as_list(), path));
  }
  // Also where each part alone would do: `[1, null]` is not `[1]`.
  if (mismatches_.size() == before) {
    report(path, show_distinct(wanted, actual), actual, &wanted);
  }
  return {};
}

Result<> Matcher::compare_maps(const base::Map& wanted, const base::Map& actual, const Path& path) {
  for (const auto& [key, value] : wanted) {
    const Path at = path.member(key);
    const Value* found = actual.find(key);
    if (found) {
      TRY_OK(compare_values(value, found, at));
    } else {
      report(at, show(value), nullptr);
    }
  }
  for (const auto& [key, value] : actual) {
    if (!wanted.find(key)) report(path.member(key), "nothing", &value);
  }
  return {};
}

Result<> Matcher::fits(const Pattern::Kinds& form, const Value* actual, const Path& path) {
  const bool holds = std::ranges::any_of(
      form.names, [&](const std::string& kind) { return is_of_kind(actual, kind); });
  if (!holds) report(path, in_words(form), actual);
  return {};
}

Result<> Matcher::fits(const Pattern::Compare& form, const Value* actual, const Path& path) {
  using By = Pattern::Compare::By;
  Value filled;
  if (!form.limit.literal()) {
    TRY(filled, form.limit.fill(context_));
  }
  const Value& limit = form.limit.literal() ? *form.limit.literal() : filled;
  const auto ordered = actual ? order(*actual, limit) : std::partial_ordering::unordered;
  const bool same = actual ? equal(limit, *actual) : limit.is_null();
  const bool holds = (form.by == By::not_equal && !same) || (form.by == By::less && ordered < 0) ||
                     (form.by == By::at_most && ordered <= 0) ||
                     (form.by == By::more && ordered > 0) ||
                     (form.by == By::at_least && ordered >= 0);
  // What an expression stood for is shown, too.
  if (!holds) {
    const std::string value = form.limit.literal() ? "" : fmt::format("  ({})", show(limit));
    const bool distance = actual && !same;
    report(path, form.text + value, actual, nullptr, "", distance ? explain(limit, *actual) : "");
  }
  return {};
}

Result<> Matcher::fits(const Pattern::Matches& form, const Value* actual, const Path& path) {
  const bool holds =
      actual && !actual->is_null() && re2::RE2::PartialMatch(lang::to_text(*actual), *form.re);
  if (!holds) report(path, in_words(form), actual);
  return {};
}

Result<> Matcher::fits(const Pattern::StatusClass& form, const Value* actual, const Path& path) {
  const bool in_class =
      actual && actual->kind() == base::Kind::int64 && actual->as_int() / 100 == form.hundreds;
  // Elsewhere than in a status it is text.
  const bool text = actual && *actual == Value(in_words(form));
  if (!in_class && !text) report(path, in_words(form), actual);
  return {};
}

Result<> Matcher::fits(const Pattern::Members& form, const Value* actual, const Path& path) {
  if (!actual || !actual->is_map()) {
    report(path, in_words(form), actual);
    return {};
  }
  for (const auto& [key, wanted] : form.members) {
    TRY_OK(match(wanted, actual->find(key), path.member(key)));
  }
  return {};
}

Result<> Matcher::fits(const Pattern::Exactly& form, const Value* actual, const Path& path) {
  const auto& members = std::get<Pattern::Members>(form.members->form);
  TRY_OK(fits(members, actual, path));
  if (!actual || !actual->is_map()) return {};
  for (const auto& [key, value] : actual->as_map()) {
    if (std::ranges::find(members.members, key, &Pattern::Member::key) != members.members.end()) {
      continue;
    }
    report(path.member(key), "nothing", &value);
  }
  return {};
}

Result<> Matcher::fits(const Pattern::Predicate& form, const Value* actual, const Path& path) {
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

Result<> Matcher::fits(const Pattern::AnyOf& form, const Value* actual, const Path& path) {
  std::string choices;
  for (const Pattern& choice : form.choices) {
    TRY(const bool this_one, holds(choice, actual));
    if (this_one) return {};
    TRY(const std::string text, describe(choice));
    choices += fmt::format("{}{}", choices.empty() ? "" : " or ", text);
  }
  report(path, choices, actual);
  return {};
}

Result<> Matcher::fits(const Pattern::Not& form, const Value* actual, const Path& path) {
  TRY(const bool it_does, holds(*form.pattern, actual));
  if (!it_does) return {};
  TRY(const std::string text, describe(*form.pattern));
  report(path, fmt::format("not {}", text), actual);
  return {};
}

Result<std::string> Matcher::describe(const Pattern& pattern) {
  const Value* value = nullptr;
  Value filled;
  if (const auto* equal = std::get_if<Pattern::Equal>(&pattern.form)) {
    TRY(filled, equal->value.fill(context_));
    value = &filled;
  } else if (const auto* equals = std::get_if<Pattern::Equals>(&pattern.form)) {
    TRY(filled, equals->value.fill(context_));
    value = &filled;
  }
  if (value) return show(*value);
  return std::visit(
      [](const auto& form) -> std::string {
        if constexpr (requires { in_words(form); }) return in_words(form);
        return "";
      },
      pattern.form);
}

void Matcher::report(const Path& path, std::string expected, const Value* actual,
                     const Value* wanted, const std::string& more, std::string note) {
  if (mismatches_.size() >= kMostMismatches) return;
  std::string shown = actual ? show(*actual) : "(absent)";
  // `12` and "12" would read the same.
  if (actual && wanted && wanted->kind() != actual->kind() && actual->is_text()) {
    shown = base::to_json(*actual);
  }
  // A status is a name: that 409 is 209 more than 200 says nothing.
  std::string place = path.to_string();
  const bool measured = place != "status";
  if (!deciding_ && measured && note.empty() && actual && wanted) note = explain(*wanted, *actual);
  mismatches_.push_back({std::move(place), std::move(expected), shown + more, std::move(note)});
}

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
               std::string_view path, std::vector<Mismatch>& mismatches) {
  return Matcher(context, mismatches).match(pattern, actual, Path(path));
}

}  // namespace peregrine::play
