#include "lang/needs_system.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "lang/inner_steps.h"

namespace peregrine::lang {

namespace {

// Of an action alone; empty where it needs nothing.
struct WhatItIs {
  std::string_view operator()(const SqlAction&) const { return "asks a database"; }
  std::string_view operator()(const RedisAction&) const { return "asks a database"; }
  std::string_view operator()(const ExecAction&) const { return "runs a program"; }
  std::string_view operator()(const LogAction&) const { return "reads a log"; }
  std::string_view operator()(const MailAction&) const { return "reads mail"; }
  std::string_view operator()(const SmsAction&) const { return "reads text messages"; }
  std::string_view operator()(const SentAction&) const {
    return "sees what a third party was sent";
  }
  std::string_view operator()(const ThirdPartyAction&) const {
    return "is an action of a third party";
  }
  std::string_view operator()(const FailAction&) const { return "lets a third party fail"; }
  std::string_view operator()(const ClockAction&) const { return "moves the clock"; }

  std::string_view operator()(const PageAction&) const { return ""; }
  std::string_view operator()(const HttpAction&) const { return ""; }
  std::string_view operator()(const CheckAction&) const { return ""; }
  std::string_view operator()(const OpenAction&) const { return ""; }
  std::string_view operator()(const SendAction&) const { return ""; }
  std::string_view operator()(const ReceiveAction&) const { return ""; }
  std::string_view operator()(const CloseAction&) const { return ""; }
  std::string_view operator()(const TogetherAction&) const { return ""; }
  std::string_view operator()(const EachAction&) const { return ""; }
  std::string_view operator()(const RepeatAction&) const { return ""; }
  std::string_view operator()(const UseAction&) const { return ""; }
};

class Seeking {
 public:
  explicit Seeking(const Plan& plan) : plan_(plan) {}

  std::optional<std::string> why() const {
    if (const auto* name = provider_in(plan_.reads)) {
      return fmt::format("its data read what `{}` has", *name);
    }
    if (!plan_.staged.empty()) return "stages of its load move the clock or let a third party fail";
    for (const Person& person : plan_.persons) {
      if (auto found = why(person.login)) return found;
    }
    return why(plan_.steps);
  }

 private:
  std::optional<std::string> why(const Steps& steps) const {
    for (const Step& step : steps) {
      if (step.only_looks || !step.skip.empty()) continue;
      std::string what(std::visit(WhatItIs(), step.action));
      if (what.empty()) {
        if (const auto* name = provider_in(step.reads)) {
          what = fmt::format("reads what `{}` has", *name);
        }
      }
      if (!what.empty()) {
        return fmt::format("its step \"{}\" ({}) {}", step.sentence, step.at.to_string(), what);
      }
      for (const Steps* inner : inner_steps(step.action)) {
        if (auto found = why(*inner)) return found;
      }
    }
    return std::nullopt;
  }

  const std::string* provider_in(const std::vector<Slot>& reads) const {
    for (const auto& [name, slot] : plan_.providers) {
      if (std::ranges::find(reads, slot) != reads.end()) return &name;
    }
    return nullptr;
  }

  const Plan& plan_;
};

bool looks(const Steps& steps) {
  return std::ranges::any_of(steps, [](const Step& step) {
    if (!step.skip.empty()) return false;
    if (step.only_looks) return true;
    return std::ranges::any_of(inner_steps(step.action),
                               [](const Steps* inner) { return looks(*inner); });
  });
}

}  // namespace

std::optional<std::string> why_needs_system(const Plan& plan) { return Seeking(plan).why(); }

bool has_looks(const Plan& plan) {
  return looks(plan.steps) || std::ranges::any_of(plan.invariants, &Invariant::of_one_play);
}

}  // namespace peregrine::lang
