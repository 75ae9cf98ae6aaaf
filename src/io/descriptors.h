// How many descriptors this process may have open.
#pragma once

#include <cstddef>

namespace peregrine::io {

// Raises the limit to what the system lets anybody raise it to, and gives it. Programs that are
// started from now on have it too.
size_t raise_descriptor_limit();

}  // namespace peregrine::io
