// How many processors this process may run on.
#pragma once

#include <cstddef>

namespace peregrine::io {

// At least 1. What a container may use of their time is not looked at.
size_t usable_processors();

}  // namespace peregrine::io
