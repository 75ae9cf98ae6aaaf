// Copies a folder with all in it: folders and plain files with their modes, nothing else.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "io/process.h"

namespace peregrine::system {

// REQUIRES: `to` does not exist. The copies belong to `owner`, if given.
base::Result<> copy_tree(const std::string& from, const std::string& to,
                         std::optional<io::Identity> owner);

}  // namespace peregrine::system
