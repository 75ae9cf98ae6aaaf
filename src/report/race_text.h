// What a person reads of a race: what was played, and of what was found the order that shows it.
#pragma once

#include <string>
#include <string_view>

#include "record/race_result.h"
#include "report/paint.h"

namespace peregrine::report {

// How much was played, on one line: "138 orders, all with up to 2 preemptions".
std::string played_text(const record::RaceResult& race);

// On lines of at most `width` columns, but for an order to replay, which is never cut. What fell
// says the failure of the race's journey, not this.
std::string race_text(const record::RaceResult& race, const Paint& paint, size_t width);
std::string finding_text(const record::RaceResult& race, const record::RaceFinding& finding,
                         const Paint& paint, size_t width);

// What a finding's kind means, in a few words.
std::string_view words_of(std::string_view kind);

}  // namespace peregrine::report
