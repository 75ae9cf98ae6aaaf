// `--report html=PATH`: one file for a browser, with everything in it: an overview, and of each
// play its failures, steps and what went between whom. It opens from a disk and loads nothing.
//
// What services say cannot run in it, twice over: all of it is data, which the page's script puts
// in as text alone; and the page's content security policy lets only that script run, by its
// digest, and no markup be parsed from a text (trusted types).
#pragma once

#include <string>

#include "record/results.h"

namespace peregrine::report {

std::string to_html(const record::RunResult& result);

}  // namespace peregrine::report
