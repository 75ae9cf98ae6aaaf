// `--report junit=PATH`: the XML that CI systems read. One test suite a run, one test case a
// journey, in the form that Jenkins and GitLab document.
#pragma once

#include <string>

#include "record/results.h"

namespace peregrine::report {

std::string to_junit(const record::RunResult& result);

}  // namespace peregrine::report
