// Lists: which of the expected elements are there, and how the others differ from what came.
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "play/alignment.h"
#include "play/match.h"
#include "play/matcher.h"
#include "play/pattern_words.h"

namespace peregrine::play {

using base::List;
using base::Result;
using base::Value;
using lang::Pattern;
using record::Mismatch;

namespace {

// Beyond so many comparisons of an item with an element a list is compared place by place.
constexpr size_t kMostCompared = 2500;
constexpr size_t kMostPlacesTold = 10;

using Pairs = std::vector<std::pair<size_t, size_t>>;

// "expected [0] came as [1], [1] as [2]"
std::string tell_places(const Pairs& pairs) {
  std::string text;
  for (size_t i = 0; i < pairs.size() && i < kMostPlacesTold; ++i) {
    const auto& [item, element] = pairs[i];
    text += i == 0 ? fmt::format("expected [{}] came as [{}]", item, element)
                   : fmt::format(", [{}] as [{}]", item, element);
  }
  return text + (pairs.size() > kMostPlacesTold ? ", …" : "");
}

void add_note(std::string& note, const std::string& more) {
  note = note.empty() ? more : fmt::format("{}\n{}", more, note);
}

}  // namespace

Result<> Matcher::fits(const Pattern::Items& form, const Value* actual, const Path& path) {
  const bool list = actual && actual->is_list();
  if (!list || (form.items.empty() && !actual->as_list().empty())) {
    report(path, in_words(form), actual);
    return {};
  }
  Wanted wanted;
  for (const Pattern& item : form.items) wanted.push_back(&item);
  return match_in_order(wanted, actual->as_list(), path);
}

// In place, unless more of what was expected is found when elements may have moved up or down.
Result<> Matcher::match_in_order(const Wanted& wanted, const List& elements, const Path& path) {
  if (deciding_ || shallow_ || wanted.size() * elements.size() > kMostCompared) {
    return match_in_place(wanted, elements, path);
  }
  TRY(const Fitting fits, fitting(wanted, elements));
  size_t in_place = 0;
  for (size_t i = 0; i < fits.size(); ++i) {
    if (std::ranges::find(fits[i], i) != fits[i].end()) ++in_place;
  }
  if (in_place == wanted.size() && in_place == elements.size()) return {};
  TRY(const bool told, report_other_order(fits, elements, path));
  if (told) return {};
  const Pairs pairs = align(fits, elements.size());
  if (pairs.size() > in_place) return report_aligned(wanted, elements, pairs, path);
  return match_in_place(wanted, elements, path);
}

Result<> Matcher::match_in_place(const Wanted& wanted, const List& elements, const Path& path) {
  for (size_t i = 0; i < wanted.size(); ++i) {
    const Path at = path.element(i);
    TRY_OK(match(*wanted[i], i < elements.size() ? &elements[i] : nullptr, at));
  }
  if (elements.size() > wanted.size()) {
    const size_t more = elements.size() - wanted.size() - 1;
    report(path.element(wanted.size()), "nothing more", &elements[wanted.size()], nullptr,
           more > 0 ? fmt::format(", and {} more", more) : "");
  }
  return {};
}

// Between two elements that are where they should be, what was expected and what came meet in
// turn; what is left over of either is missing or too much.
Result<> Matcher::report_aligned(const Wanted& wanted, const List& elements, const Pairs& pairs,
                                 const Path& path) {
  const size_t before = mismatches_.size();
  size_t item = 0;
  size_t element = 0;
  Pairs ends = pairs;
  ends.emplace_back(wanted.size(), elements.size());
  for (const auto& [item_end, element_end] : ends) {
    for (; item < item_end && element < element_end; ++item, ++element) {
      TRY_OK(match(*wanted[item], &elements[element], path.element(element)));
    }
    for (; item < item_end; ++item) {
      TRY(const std::string text, describe(*wanted[item]));
      report(path, fmt::format("{}, as element [{}]", text, item), nullptr);
    }
    for (; element < element_end; ++element) {
      report(path.element(element), "no such element", &elements[element]);
    }
    ++item, ++element;
  }
  if (mismatches_.size() > before) add_note(mismatches_[before].note, tell_places(pairs));
  return {};
}

// Whether all are there and only their order is another; that is then told.
Result<bool> Matcher::report_other_order(const Fitting& fitting, const List& elements,
                                         const Path& path) {
  if (fitting.size() != elements.size()) return false;
  const Pairing pairing = pair(fitting, elements.size());
  Pairs pairs;
  for (size_t i = 0; i < fitting.size(); ++i) {
    if (!pairing.partner[i]) return false;
    if (*pairing.partner[i] != i) pairs.emplace_back(i, *pairing.partner[i]);
  }
  const Value list = elements;
  report(path, "these elements in this order", &list, nullptr, "",
         fmt::format("all are there, in another order: {}", tell_places(pairs)));
  return true;
}

Result<> Matcher::fits(const Pattern::Unordered& form, const Value* actual, const Path& path) {
  TRY(const Wanted wanted, items_of(form.wanted));
  if (!actual || !actual->is_list()) {
    report(path, in_words(form), actual);
    return {};
  }
  const List& elements = actual->as_list();
  TRY(const Fitting fits, fitting(wanted, elements));
  Pairing pairing = pair(fits, elements.size());
  return report_unpaired(wanted, elements, pairing, path);
}

// What was expected and is not there, each with the element that is most like it. To find that one
// is dear, so it ends where no more would be told.
Result<> Matcher::report_unpaired(const Wanted& wanted, const List& elements, Pairing& pairing,
                                  const Path& path) {
  for (size_t i = 0; i < wanted.size() && mismatches_.size() < kMostMismatches; ++i) {
    if (pairing.partner[i]) continue;
    TRY(auto near, nearest(*wanted[i], elements, pairing.taken, path));
    if (!near) {
      TRY(const std::string text, describe(*wanted[i]));
      report(path, fmt::format("an element that fits {}", text), nullptr);
      continue;
    }
    pairing.taken[near->element] = true;
    add_note(near->mismatches.front().note,
             fmt::format("nothing fits expected [{}]; [{}] is nearest to it", i, near->element));
    for (Mismatch& mismatch : near->mismatches) {
      if (mismatches_.size() < kMostMismatches) mismatches_.push_back(std::move(mismatch));
    }
  }
  for (size_t i = 0; i < elements.size(); ++i) {
    if (!pairing.taken[i]) report(path.element(i), "nothing more", &elements[i]);
  }
  return {};
}

Result<> Matcher::fits(const Pattern::Contains& form, const Value* actual, const Path& path) {
  TRY(const Wanted wanted, items_of(form.wanted));
  if (!actual || !actual->is_list()) {
    report(path, in_words(form), actual);
    return {};
  }
  const List& elements = actual->as_list();
  std::vector<bool> passed(elements.size());
  size_t at = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    bool found = false;
    const size_t from = at;
    while (!found && at < elements.size()) {
      TRY(found, holds(*wanted[i], &elements[at++]));
    }
    if (found) continue;
    TRY(const std::string text, describe(*wanted[i]));
    const std::string where =
        from == 0 ? "" : fmt::format(" behind {}", path.element(from - 1).to_string());
    std::fill_n(passed.begin(), from, true);
    TRY(const auto near, nearest(*wanted[i], elements, passed, path));
    std::string note;
    if (near) {
      const Mismatch& first = near->mismatches.front();
      note =
          fmt::format("nearest: {}, expected {}, is {}", first.path, first.expected, first.actual);
    }
    report(path, fmt::format("an element that fits {}{}", text, where), actual, nullptr, "",
           std::move(note));
    return {};
  }
  return {};
}

Result<> Matcher::fits(const Pattern::Every& form, const Value* actual, const Path& path) {
  if (!actual || !actual->is_list()) {
    report(path, "a list", actual);
    return {};
  }
  const List& elements = actual->as_list();
  for (size_t i = 0; i < elements.size(); ++i) {
    TRY_OK(match(*form.pattern, &elements[i], path.element(i)));
  }
  return {};
}

// One that fits in no place at all is no nearer than another, so of numbers none is.
Result<std::optional<Matcher::Near>> Matcher::nearest(const Pattern& wanted, const List& elements,
                                                      const std::vector<bool>& taken,
                                                      const Path& path) {
  std::optional<Near> best;
  if (deciding_ || shallow_ || elements.size() > kMostCompared) return best;
  TRY(const size_t places, count_places(wanted));
  for (size_t i = 0; i < elements.size(); ++i) {
    if (taken[i]) continue;
    Near near{i};
    Matcher inner(context_, near.mismatches);
    inner.shallow_ = true;
    TRY_OK(inner.match(wanted, &elements[i], path.element(i)));
    const size_t most = best ? best->mismatches.size() : places;
    if (!near.mismatches.empty() && near.mismatches.size() < most) best = std::move(near);
  }
  return best;
}

Result<size_t> Matcher::count_places(const Pattern& pattern) {
  if (const auto* members = std::get_if<Pattern::Members>(&pattern.form)) {
    return members->members.size();
  }
  if (const auto* exactly = std::get_if<Pattern::Exactly>(&pattern.form)) {
    return std::get<Pattern::Members>(exactly->members->form).members.size();
  }
  if (const auto* equal = std::get_if<Pattern::Equal>(&pattern.form)) {
    TRY(const Value value, equal->value.fill(context_));
    if (value.is_map()) return value.as_map().size();
  }
  return 1;
}

Result<Fitting> Matcher::fitting(const Wanted& wanted, const List& elements) {
  Fitting fits(wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    for (size_t j = 0; j < elements.size(); ++j) {
      TRY(const bool this_one, holds(*wanted[i], &elements[j]));
      if (this_one) fits[i].push_back(j);
    }
  }
  return fits;
}

Result<bool> Matcher::holds(const Pattern& pattern, const Value* actual) {
  std::vector<Mismatch> found;
  Matcher inner(context_, found);
  inner.deciding_ = true;
  TRY_OK(inner.match(pattern, actual, Path("")));
  return found.empty();
}

Result<Matcher::Wanted> Matcher::items_of(const Pattern::Several& several) {
  if (several.from) {
    TRY(const Value list, several.from->fill(context_));
    if (list.is_list()) return items_of(list.as_list());
    return base::fail(base::Code::invalid, "a list is needed to compare with, this is {}",
                      show(list));
  }
  Wanted items;
  for (const Pattern& item : several.items) items.push_back(&item);
  return items;
}

Matcher::Wanted Matcher::items_of(const List& list) {
  Wanted items;
  for (const Value& value : list) {
    made_.push_front({Pattern::Equal{lang::Template::of(value)}, {}});
    items.push_back(&made_.front());
  }
  return items;
}

}  // namespace peregrine::play
