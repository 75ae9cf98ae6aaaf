// A directory that is ours to remove: it holds a marker file. Nothing without one is ever removed.
#pragma once

#include <string>

#include "base/result.h"

namespace peregrine::io {

inline constexpr const char* kMarkerName = "peregrine.run";

// Removes it and all that is in it, symbolic links themselves and not where they lead to, the
// marker last: what is interrupted can be taken up again. A directory that is not there is removed.
// Fails with Code::refused when it has no marker or belongs to somebody else, with Code::limit when
// it holds more than we put into one, and as the system says; what can be removed is gone then.
base::Result<> remove_marked_directory(const std::string& path);

}  // namespace peregrine::io
