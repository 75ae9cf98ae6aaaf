#include "lang/not_playable.h"

#include <fmt/core.h>

#include <algorithm>

namespace peregrine::lang {

std::string NotPlayable::message() const {
  return fmt::format("{} cannot be played by this version yet", what);
}

const NotPlayable* first_needed(const std::vector<NotPlayable>& list) {
  const auto found = std::ranges::find(list, true, &NotPlayable::run_needs_it);
  return found == list.end() ? nullptr : &*found;
}

std::string reason_not_to_play(const std::vector<NotPlayable>& list) {
  const NotPlayable* needed = first_needed(list);
  return needed ? fmt::format("line {}: {}", needed->at.line, needed->message()) : "";
}

}  // namespace peregrine::lang
