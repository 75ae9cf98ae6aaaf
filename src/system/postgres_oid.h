// The numbers by which PostgreSQL names tables, databases and their files, as a query gives them.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "net/postgres.h"

namespace peregrine::system {

// REQUIRES: `cell` is not NULL: a number in decimal digits.
inline uint32_t to_oid(const net::Cell& cell) {
  return static_cast<uint32_t>(std::strtoul(cell->c_str(), nullptr, 10));
}

}  // namespace peregrine::system
