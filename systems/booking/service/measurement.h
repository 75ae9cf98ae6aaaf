// Metrics as rows, one for each call: what a practice draws its curves from.
#pragma once

#include <string_view>

#include "booking/service/calls.h"

namespace peregrine::booking {

// In milliseconds.
io::Task<base::Result<>> measure(net::PostgresConnection& db, std::string_view name,
                                 const WaitingCall& call, base::Duration took,
                                 io::Deadline deadline);

}  // namespace peregrine::booking
