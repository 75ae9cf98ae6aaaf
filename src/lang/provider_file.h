// A provider's file to its spec.
#pragma once

#include <optional>

#include "lang/provider_spec.h"

namespace peregrine::lang {

// None when the file has mistakes; they are in `diagnostics`.
std::optional<ProviderSpec> read_provider(std::shared_ptr<const Source> source,
                                          Diagnostics& diagnostics);

}  // namespace peregrine::lang
