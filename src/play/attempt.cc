#include <algorithm>

#include "base/check.h"
#include "play/action.h"

namespace peregrine::play {

namespace {

const lang::Seen& find(const lang::Step& step, std::string_view name) {
  const auto found = std::ranges::find(step.seen, name, &lang::Seen::name);
  base::check(found != step.seen.end(), "an action shows what its verb does not list");
  return *found;
}

}  // namespace

void Attempt::see(const lang::Seen& part, base::Value value) {
  slots[part.slot] = std::move(value);
  if (!absent.empty()) absent.erase(part.slot);
}

void Attempt::see(std::string_view name, base::Value value) {
  see(find(step, name), std::move(value));
}

void Attempt::see_nothing(std::string_view name, std::string why) {
  const lang::Slot slot = find(step, name).slot;
  slots[slot] = base::Value();
  absent[slot] = std::move(why);
}

base::Result<> Attempt::see_list(std::string_view name, base::List elements,
                                 const Selected& selected) {
  // The parts of an element are what the step sees beside the list and its count.
  auto show_parts = [&](const base::Value& element) {
    for (const lang::Seen& seen : step.seen) {
      if (seen.name == name || seen.name == "count") continue;
      const base::Value* part = element.find(seen.name);
      part ? see(seen.name, *part) : see_nothing(seen.name, "the element has none");
    }
  };
  base::List all_selected;
  for (size_t place = 0; place < elements.size(); ++place) {
    base::Value& element = elements[place];
    if (step.where || (selected.each && place >= selected.shown_from)) show_parts(element);
    if (step.where) {
      lang::Context here = context;
      here.self = &element;
      const auto holds = step.where->evaluate(here);
      // What an element does not have does not select it.
      const bool lacks = std::ranges::any_of(
          absent, [&](const auto& entry) { return step.where->reads(entry.first); });
      if (!holds && !lacks && holds.error().code != base::Code::not_found) {
        return base::because(holds.error(), "`where` cannot be evaluated");
      }
      if (!holds || !holds->is_bool() || !holds->as_bool()) continue;
    }
    if (selected.each) TRY_OK(selected.each(place, element));
    all_selected.push_back(std::move(element));
  }
  if (!all_selected.empty()) {
    show_parts(all_selected.back());
  } else {
    for (const lang::Seen& seen : step.seen) {
      if (seen.name != name && seen.name != "count") see_nothing(seen.name, "there is none");
    }
  }
  see("count", base::Value(all_selected.size()));
  see(name, base::Value(std::move(all_selected)));
  return {};
}

bool speaks_for_somebody(const lang::Step& step) {
  return step.person && (std::holds_alternative<lang::HttpAction>(step.action) ||
                         std::holds_alternative<lang::OpenAction>(step.action) ||
                         std::holds_alternative<lang::PageAction>(step.action));
}

bool Attempt::reads(std::string_view name) const { return find(step, name).read; }

}  // namespace peregrine::play
