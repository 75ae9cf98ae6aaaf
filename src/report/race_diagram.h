// An order of a race as a sequence diagram: a column for each who contends, time downwards.
//
//         contender 1              contender 2
//      1  select … where slot = ?  │
//         → SELECT 0               │
//      2  │                        ▶ select … where slot = ?
//         │                        · a line of the service's log, written then
//         ══ point of no return ══════════════════════
//
// Where there is no room for so many columns, a line for each act, which says whose it is.
#pragma once

#include <string>

#include "record/race_result.h"
#include "report/paint.h"

namespace peregrine::report {

// On lines of at most `width` columns, none with blanks at its end; empty when nothing was asked
// and no log has a line.
// REQUIRES: each act is of a contender that the race has.
std::string race_diagram(const record::RaceResult& race, const record::RaceFinding& finding,
                         const Paint& paint, size_t width);

}  // namespace peregrine::report
