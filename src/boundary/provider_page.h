// `list`: the part of a list that a request asks for.
#pragma once

#include "base/result.h"
#include "boundary/provider_frame.h"
#include "lang/provider_spec.h"

namespace peregrine::boundary {

inline constexpr int64_t kMostItems = 10'000;  // of a page

// `page`: a map of `items` and `more`, which says whether others follow (or, of those before an id,
// precede). A page after or before an id that is not in the list is empty.
base::Result<base::Value> page_of(const lang::Listing& listing, ProviderFrame& frame);

}  // namespace peregrine::boundary
