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

void Attempt::see(std::string_view name, base::Value value) {
  const lang::Slot slot = find(step, name).slot;
  slots[slot] = std::move(value);
  absent.erase(slot);
}

void Attempt::see_nothing(std::string_view name, std::string why) {
  const lang::Slot slot = find(step, name).slot;
  slots[slot] = base::Value();
  absent[slot] = std::move(why);
}

bool Attempt::reads(std::string_view name) const { return find(step, name).read; }

}  // namespace peregrine::play
