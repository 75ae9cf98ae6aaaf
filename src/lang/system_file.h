// Reads system.yaml.
#pragma once

#include "lang/system_spec.h"

namespace peregrine::lang {

// None when the file has mistakes; they are in `diagnostics`. Looks whether the files that it names
// are there.
std::optional<SystemSpec> read_system(std::shared_ptr<const Source> source,
                                      const SystemOptions& options, Diagnostics& diagnostics);

}  // namespace peregrine::lang
