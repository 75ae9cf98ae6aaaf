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

std::vector<std::pair<std::string, Slot>> saved_names(const Steps& steps) {
  std::vector<std::pair<std::string, Slot>> names;
  collect(steps, names);
  return names;
}

}  // namespace peregrine::lang
