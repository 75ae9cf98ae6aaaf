// What every trial begins its result with.
#pragma once

#include <string>

#include "lang/project.h"
#include "record/results.h"

namespace peregrine::trial {

record::RunResult begin_result(std::string trial, const lang::Project& project, uint64_t seed,
                               std::string repeat);

}  // namespace peregrine::trial
