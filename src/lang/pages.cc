#include "lang/pages.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "lang/inner_steps.h"

namespace peregrine::lang {

namespace {

// The steps that do something themselves, in the order of the journey.
void gather(const Steps& steps, std::vector<const Step*>& all) {
  for (const Step& step : steps) {
    if (!step.skip.empty()) continue;
    const auto inner = inner_steps(step.action);
    all.push_back(&step);
    for (const Steps* of_it : inner) gather(*of_it, all);
  }
}

}  // namespace

bool is_of_page(const Step& step) { return std::holds_alternative<PageAction>(step.action); }

std::optional<std::string> why_needs_pages(const Plan& plan) {
  if (!plan.browses) return std::nullopt;
  std::vector<const Step*> all;
  gather(plan.steps, all);
  std::set<Slot> saved, saved_elsewhere;
  for (const Step* step : all) {
    for (const Save& save : step->save)
      (is_of_page(*step) ? saved : saved_elsewhere).insert(save.slot);
  }
  const auto needs = [&](Slot slot) {
    return saved.contains(slot) && !saved_elsewhere.contains(slot);
  };
  const auto of_page = [](const Step* step) { return is_of_page(*step); };
  const auto reads = [&](const Step& step) { return std::ranges::any_of(step.reads, needs); };
  for (const Step* step : all) {
    if (is_of_page(*step) || !reads(*step)) continue;
    return fmt::format("its step \"{}\" ({}) reads what a page has saved", step->sentence,
                       step->at.to_string());
  }
  for (const Invariant& invariant : plan.invariants) {
    if (!invariant.of_one_play || !reads(invariant.step)) continue;
    return fmt::format("its invariant \"{}\" reads what a page has saved", invariant.name);
  }
  for (const Person& person : plan.persons) {
    std::vector<const Step*> login;
    gather(person.login, login);
    if (std::ranges::none_of(login, of_page)) continue;
    return fmt::format("`{}` logs in on a page", person.name);
  }
  if (!all.empty() && std::ranges::all_of(all, of_page)) return "all its steps are pages";
  return std::nullopt;
}

}  // namespace peregrine::lang
