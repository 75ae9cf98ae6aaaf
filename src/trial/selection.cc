#include "trial/selection.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "lang/diagnostic.h"

namespace peregrine::trial {

using base::Result;
using lang::Plan;

namespace {

constexpr size_t kMostShown = 20;  // of journeys, tags or requirements in a message

bool is_among(const std::string& word, const std::vector<std::string>& words) {
  return std::ranges::find(words, word) != words.end();
}

bool shares(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  return std::ranges::any_of(some, [&](const std::string& word) { return is_among(word, others); });
}

// The tags that a journey needs one of, or with `excluded` those that it must not have.
std::vector<std::string> tags_of(const Selection& selection, bool excluded) {
  std::vector<std::string> tags;
  for (const std::string& tag : selection.tags) {
    if (tag.starts_with('!') == excluded) tags.push_back(tag.substr(excluded ? 1 : 0));
  }
  return tags;
}

// One part of a selection, as it was asked for: "--tag smoke".
struct Part {
  std::string flag;
  std::vector<std::string> values;
  bool (*fits)(const Plan& plan, const std::vector<std::string>& values);

  bool fits_plan(const Plan& plan) const { return fits(plan, values); }
};

std::vector<Part> parts_of(const Selection& selection) {
  std::vector<Part> parts;
  auto add = [&](std::string_view flag, std::vector<std::string> values, auto fits) {
    if (!values.empty()) parts.push_back({std::string(flag), std::move(values), fits});
  };
  if (!selection.only.empty()) {
    add("--only ", {selection.only}, [](const Plan& plan, const auto& values) {
      return base::lowercase(plan.name).contains(base::lowercase(values.front()));
    });
  }
  add("--tag ", tags_of(selection, false),
      [](const Plan& plan, const auto& values) { return shares(values, plan.tags); });
  add("--tag !", tags_of(selection, true),
      [](const Plan& plan, const auto& values) { return !shares(values, plan.tags); });
  add("--covers ", selection.covers,
      [](const Plan& plan, const auto& values) { return shares(values, plan.covers); });
  return parts;
}

using Counts = std::map<std::string, size_t>;

Counts count(const std::vector<Plan>& journeys, std::vector<std::string> Plan::* words) {
  Counts counts;
  for (const Plan& plan : journeys) {
    for (const std::string& word : plan.*words) ++counts[word];
  }
  return counts;
}

// A word that no journey has: what was meant, and what there is.
std::string tell_unknown(std::string_view what, const std::string& word, const Counts& known) {
  std::vector<std::string_view> words;
  for (const auto& [name, journeys] : known) words.push_back(name);
  const auto near = base::nearest(word, words);
  std::string text = fmt::format("no journey {} `{}`", what, word);
  if (near) text += fmt::format("; did you mean `{}`?", *near);
  if (known.empty()) return text + "; none is named in any of them";
  text += "\nto choose from:";
  size_t shown = 0;
  for (const auto& [name, journeys] : known) {
    if (shown++ == kMostShown) return text + fmt::format(" … ({} in all)", known.size());
    text += fmt::format("{} {} ({})", shown == 1 ? "" : ",", name, journeys);
  }
  return text;
}

std::string tell_no_name(const std::string& only, const std::vector<Plan>& journeys) {
  std::vector<std::string_view> words;
  for (const Plan& plan : journeys) {
    for (std::string_view word : base::split(plan.name, ' ')) words.push_back(word);
  }
  std::string text = fmt::format("no journey's name contains `{}`", only);
  if (const auto near = base::nearest(only, words)) {
    text += fmt::format("; did you mean `{}`?", *near);
  }
  text += "\nto choose from:";
  for (size_t i = 0; i < journeys.size() && i < kMostShown; ++i) {
    text += fmt::format("\n  {}", journeys[i].name);
  }
  if (journeys.size() > kMostShown) text += fmt::format("\n  … ({} in all)", journeys.size());
  return text;
}

// Each part alone selects some.
std::string tell_none_fits_all(const std::vector<Part>& parts, const std::vector<Plan>& journeys) {
  std::string text = "no journey is left by all of this together:";
  for (const Part& part : parts) {
    const auto fitting =
        std::ranges::count_if(journeys, [&](const Plan& plan) { return part.fits_plan(plan); });
    text += "\n ";
    for (const std::string& value : part.values) text += fmt::format(" {}{}", part.flag, value);
    text += fmt::format(": {} of {}", fitting, journeys.size());
  }
  return text;
}

Result<> check_known(const Selection& selection, const std::vector<Plan>& journeys) {
  const Counts tags = count(journeys, &Plan::tags);
  for (const std::string& tag : tags_of(selection, false)) {
    if (tags.contains(tag)) continue;
    return base::fail(base::Code::invalid, "{}", tell_unknown("has the tag", tag, tags));
  }
  const Counts covered = count(journeys, &Plan::covers);
  for (const std::string& id : selection.covers) {
    if (covered.contains(id)) continue;
    return base::fail(base::Code::invalid, "{}", tell_unknown("covers", id, covered));
  }
  return {};
}

}  // namespace

Result<std::vector<Plan>> select(std::vector<Plan> journeys, const Selection& selection) {
  if (selection.empty()) return journeys;
  TRY_OK(check_known(selection, journeys));
  const std::vector<Part> parts = parts_of(selection);
  auto fits = [&](const Plan& plan) {
    return std::ranges::all_of(parts, [&](const Part& part) { return part.fits_plan(plan); });
  };
  if (std::ranges::none_of(journeys, fits)) {
    const bool unknown =
        !selection.only.empty() && std::ranges::none_of(journeys, [&](const Plan& plan) {
          return parts.front().fits_plan(plan);
        });
    return base::fail(
        base::Code::invalid, "{}",
        unknown ? tell_no_name(selection.only, journeys) : tell_none_fits_all(parts, journeys));
  }
  std::erase_if(journeys, [&](const Plan& plan) { return !fits(plan); });
  return journeys;
}

}  // namespace peregrine::trial
