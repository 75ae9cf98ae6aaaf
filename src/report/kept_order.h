// What a race has found as a file of the language, which `run` plays for ever after (docs/race.md):
// the order, and behind each choice what was asked then.
#pragma once

#include <string>

#include "record/race_result.h"

namespace peregrine::report {

// REQUIRES: the finding has an order and an id.
std::string kept_order_text(const record::RaceResult& race, const record::RaceFinding& finding);
// The name of the file beside the journey's: "buys.1a2b3c4d.race.yaml".
std::string kept_order_name(const record::RaceResult& race, const record::RaceFinding& finding);

}  // namespace peregrine::report
