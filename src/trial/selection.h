// Which of a system's journeys a command plays: by name, by tag, by what they cover.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "lang/plan.h"

namespace peregrine::trial {

// What is left out asks for nothing. A journey is played that fits every part.
struct Selection {
  std::string only{};                 // its name contains this; A to Z in either case
  std::vector<std::string> tags{};    // it has one of these, and none of those after a `!`
  std::vector<std::string> covers{};  // it covers one of these

  bool empty() const { return only.empty() && tags.empty() && covers.empty(); }
};

// The journeys that fit, in their order. Fails when none does, and when a part names what no
// journey has; the text says what there is to choose from, on several lines. Only a tag after `!`
// may be one that no journey has.
base::Result<std::vector<lang::Plan>> select(std::vector<lang::Plan> journeys,
                                             const Selection& selection);

}  // namespace peregrine::trial
