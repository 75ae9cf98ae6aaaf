// What a person reads of what services, databases and third parties did while a load was measured.
#pragma once

#include <string>

#include "record/load_observed.h"
#include "report/paint.h"

namespace peregrine::report {

// Several lines of at most `width` columns, with a blank one before them; empty if nothing was
// observed.
std::string observed_text(const record::LoadObserved& observed, const Paint& paint, size_t width);

}  // namespace peregrine::report
