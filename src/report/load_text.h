// What a person reads of a load when it has ended, and while it is played.
#pragma once

#include <string>

#include "record/load_result.h"
#include "record/results.h"
#include "report/paint.h"

namespace peregrine::report {

// The figures, on several lines of at most `width` columns.
std::string load_text(const record::LoadResult& load, const Paint& paint, size_t width);
// One line.
std::string progress_text(const record::LoadProgress& progress);

}  // namespace peregrine::report
