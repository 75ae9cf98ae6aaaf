#include "trial/race/contenders.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

namespace peregrine::trial {

namespace {

const lang::TogetherAction* raced_together(const lang::Plan& plan) {
  if (!plan.race || !plan.race->together) return nullptr;
  return std::get_if<lang::TogetherAction>(&plan.steps[*plan.race->together].action);
}

std::vector<std::string> numbers(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 1; i <= count; ++i) names.push_back(std::to_string(i));
  return names;
}

// A further one of the same name gets a number behind it.
std::vector<std::string> told_apart(std::vector<std::string> names) {
  std::map<std::string, size_t> seen;
  for (std::string& name : names) {
    const size_t times = ++seen[name];
    if (times > 1) name += fmt::format(" ({})", times);
  }
  return names;
}

std::string sentence_of(const lang::TogetherAction::Branch& branch) {
  return branch.steps.empty() ? "a branch without steps" : branch.steps.front().sentence;
}

}  // namespace

std::vector<std::string> contenders_of(const lang::Plan& plan) {
  if (!plan.race) return {};
  if (const auto* together = raced_together(plan)) {
    if (together->branches.size() == 1) return numbers(static_cast<size_t>(together->times));
    std::vector<std::string> names;
    for (const auto& branch : together->branches) names.push_back(sentence_of(branch));
    return told_apart(std::move(names));
  }
  if (plan.race->with.empty()) return numbers(plan.race->contenders);
  std::vector<std::string> names(plan.race->contenders, plan.name);
  for (const auto& other : plan.race->with) names.push_back(other->name);
  return told_apart(std::move(names));
}

bool are_alike(const lang::Plan& plan) {
  if (!plan.race->alike || !plan.race->with.empty()) return false;
  const auto* together = raced_together(plan);
  return !together || together->branches.size() == 1;
}

}  // namespace peregrine::trial
