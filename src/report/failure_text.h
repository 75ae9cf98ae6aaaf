// A failure as text: the sentence, the place, the difference, and what every boundary saw.
#pragma once

#include <string>

#include "record/results.h"
#include "report/paint.h"

namespace peregrine::report {

std::string failure_text(const record::Failure& failure, const Paint& paint);

}  // namespace peregrine::report
