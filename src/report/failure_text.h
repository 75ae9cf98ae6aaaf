// A failure as text: the sentence, the place, the difference, and what every boundary saw.
#pragma once

#include <string>

#include "record/results.h"
#include "report/paint.h"

namespace peregrine::report {

// Lines about events are cut at `width` columns, so that each stays one line.
std::string failure_text(const record::Failure& failure, const Paint& paint, size_t width);

// An event of a play that began then: a line, and another of what more there is to it.
std::string event_text(const record::Event& event, base::Instant begin, const Paint& paint,
                       size_t width);

}  // namespace peregrine::report
