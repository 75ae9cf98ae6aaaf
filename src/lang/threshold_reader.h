// `thresholds:` and `abort_on:` of a load.
#pragma once

#include "lang/load_reader.h"

namespace peregrine::lang {

// { p99: 200ms, errors: 0.1%, A step's sentence: { p50: 50ms }, api.cpu: 80% }
std::vector<Threshold> read_thresholds(const Node& node, std::string_view what,
                                       const Measurable& measurable, Diagnostics& diagnostics);

// "0.1%" as a share of 1.
std::optional<double> parse_share(std::string_view text);

}  // namespace peregrine::lang
