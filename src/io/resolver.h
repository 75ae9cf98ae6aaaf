// Names to addresses by the system's resolver, on the loop's thread pool, and connections to names.
//
// Addresses and "localhost" need no lookup: "localhost" and names that end in ".localhost" are the
// loopback's two addresses (RFC 6761 section 6.3), IPv4's first.
//
// A lookup that is given up goes on in its thread until the system's resolver gives up too.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "io/socket.h"

namespace peregrine::io {

// More addresses of one name are not tried.
inline constexpr size_t kMostAddresses = 8;

// At least one address, in the order in which to try them. Fails with Code::not_found, timeout,
// cancelled.
Task<base::Result<std::vector<Address>>> resolve(Loop& loop, std::string host, uint16_t port,
                                                 Deadline deadline);

// A connection to the first of a name's addresses that takes it. They are tried in turn, each with
// its share of the time that is left, and at most two seconds if there are others. The error is the
// first one's.
Task<base::Result<Socket>> connect_to_host(Loop& loop, std::string host, uint16_t port,
                                           Deadline deadline);

}  // namespace peregrine::io
