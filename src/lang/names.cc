#include "lang/names.h"

namespace peregrine::lang {

Slot Names::declare(std::string_view name) {
  const auto [entry, fresh] = journey_.emplace(name, slots_);
  if (fresh) ++slots_;
  return entry->second;
}

Slot Names::enter(std::string_view name) {
  step_.emplace(name, slots_);
  return slots_++;
}

void Names::leave() { step_.clear(); }

std::optional<Slot> Names::find(std::string_view name) const {
  for (const auto* entries : {&step_, &journey_}) {
    if (const auto found = entries->find(name); found != entries->end()) return found->second;
  }
  return std::nullopt;
}

std::optional<int> Names::later(std::string_view name) const {
  const auto found = later_.find(name);
  return found == later_.end() ? std::nullopt : std::optional(found->second);
}

bool Names::ambiguous(std::string_view name) const {
  return step_.contains(name) && journey_.contains(name);
}

std::vector<std::string_view> Names::known() const {
  std::vector<std::string_view> names;
  for (const auto* entries : {&step_, &journey_}) {
    for (const auto& [name, slot] : *entries) names.push_back(name);
  }
  return names;
}

}  // namespace peregrine::lang
