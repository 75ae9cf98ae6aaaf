// What a person reads of a race: what was played, and of what was found a sequence diagram, one
// column for each who contends.
#pragma once

#include <string>

#include "record/race_result.h"
#include "report/paint.h"

namespace peregrine::report {

// On lines of at most `width` columns.
std::string race_text(const record::RaceResult& race, const Paint& paint, size_t width);
std::string finding_text(const record::RaceResult& race, const record::RaceFinding& finding,
                         const Paint& paint, size_t width);

}  // namespace peregrine::report
