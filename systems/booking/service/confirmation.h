// The mail that confirms an appointment, as a row of the outbox.
#pragma once

#include "booking/service/rows.h"

namespace peregrine::booking {

// REQUIRES: a transaction that also makes the appointment `scheduled`, so that there is never one
// without the other.
io::Task<base::Result<>> owe_confirmation(net::PostgresConnection& db, const Id& appointment,
                                          io::Deadline deadline);

}  // namespace peregrine::booking
