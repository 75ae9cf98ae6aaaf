#include "lang/plan.h"

#include <algorithm>

namespace peregrine::lang {

namespace {

void collect(const Steps& steps, std::vector<std::pair<std::string, Slot>>& names) {
  for (const Step& step : steps) {
    for (const Save& save : step.save) {
      const std::pair entry(save.name, save.slot);
      if (!save.member && std::ranges::find(names, entry) == names.end()) names.push_back(entry);
    }
    if (const auto* each = std::get_if<EachAction>(&step.action)) collect(each->steps, names);
    if (const auto* repeat = std::get_if<RepeatAction>(&step.action)) collect(repeat->steps, names);
  }
}

}  // namespace

size_t count_contenders(const Plan& plan) {
  if (!plan.race) return 0;
  if (!plan.race->together) return plan.race->contenders + plan.race->with.size();
  const auto& together = std::get<TogetherAction>(plan.steps[*plan.race->together].action);
  const bool is_one = together.branches.size() == 1;
  return is_one ? static_cast<size_t>(together.times) : together.branches.size();
}

bool may_set(const Steps& steps, Slot slot) {
  return std::ranges::any_of(steps, [slot](const Step& step) {
    if (std::ranges::find(step.save, slot, &Save::slot) != step.save.end()) return true;
    if (const auto* each = std::get_if<EachAction>(&step.action)) return may_set(each->steps, slot);
    const auto* repeat = std::get_if<RepeatAction>(&step.action);
    if (repeat) return may_set(repeat->steps, slot);
    const auto* use = std::get_if<UseAction>(&step.action);
    return use && may_set(use->steps, slot);
  });
}

std::vector<std::pair<std::string, Slot>> saved_names(const Steps& steps) {
  std::vector<std::pair<std::string, Slot>> names;
  collect(steps, names);
  return names;
}

}  // namespace peregrine::lang
