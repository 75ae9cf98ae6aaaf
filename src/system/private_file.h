// A secret that a server of ours is given: made anew, kept in a file that only its owner reads.
#pragma once

#include <string>

#include "base/result.h"

namespace peregrine::system {

// 128 random bits in hex.
std::string new_password();

// Makes the file, which must not be there yet.
base::Result<> write_private_file(const std::string& path, const std::string& text);

}  // namespace peregrine::system
