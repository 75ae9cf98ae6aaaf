#include "lang/names.h"

namespace peregrine::lang {

Slot Names::declare(std::string_view name) {
  for (const Entry& entry : journey_) {
    if (entry.name == name) return entry.slot;
  }
  journey_.push_back({std::string(name), slots_});
  return slots_++;
}

Slot Names::enter(std::string_view name) {
  step_.push_back({std::string(name), slots_});
  return slots_++;
}

void Names::leave() { step_.clear(); }

std::optional<Slot> Names::find(std::string_view name) const {
  for (const auto* entries : {&step_, &journey_}) {
    for (const Entry& entry : *entries) {
      if (entry.name == name) return entry.slot;
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> Names::known() const {
  std::vector<std::string_view> names;
  for (const auto* entries : {&step_, &journey_}) {
    for (const Entry& entry : *entries) names.push_back(entry.name);
  }
  return names;
}

}  // namespace peregrine::lang
