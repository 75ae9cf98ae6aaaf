// `--report json=PATH`: one object with everything, for programs. Its form is in docs/running.md.
#pragma once

#include <string>

#include "record/results.h"

namespace peregrine::report {

std::string to_json(const record::RunResult& result);

}  // namespace peregrine::report
