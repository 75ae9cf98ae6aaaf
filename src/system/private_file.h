// Files that only their owner reads: for secrets that our servers are given, and for what a program
// of the user's is told.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace peregrine::system {

// 128 random bits in hex.
std::string new_password();

// Makes the file, which must not be there yet. What a failure leaves of it is the caller's to
// remove.
base::Result<> write_private_file(const std::string& path, std::string_view bytes);

}  // namespace peregrine::system
