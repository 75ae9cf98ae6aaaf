// Addresses and ports for a system of our own on this machine.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace peregrine::system {

// A loopback address (127.x.y.z) that no other Peregrine uses now.
base::Result<std::string> own_loopback_address();

// A TCP port that is free on every address of this machine, outside of the range that the kernel
// gives to outgoing connections.
base::Result<uint16_t> free_port();

}  // namespace peregrine::system
