// Copies a folder with all in it: folders and plain files with their modes, nothing else.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "io/process.h"

namespace peregrine::system {

// The copies belong to `owner`, if given. Fails with Code::invalid for what is neither file nor
// folder (a link, a socket), Code::limit for folders deeper than 32, and as the system does; what
// is copied by then stays. Blocks its thread. REQUIRES: `to` does not exist.
base::Result<> copy_tree(const std::string& from, const std::string& to,
                         std::optional<io::Identity> owner);

}  // namespace peregrine::system
