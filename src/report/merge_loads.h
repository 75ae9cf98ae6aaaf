// One load of several, for merge().
#pragma once

#include <string>
#include <vector>

#include "record/load_result.h"

namespace peregrine::report {

struct LoadPart {
  std::string run;  // whose it is, for what is told of it
  record::LoadResult load;
};

// REQUIRES: there are parts, all of the same load.
record::LoadResult merge_loads(const std::vector<LoadPart>& parts);

}  // namespace peregrine::report
