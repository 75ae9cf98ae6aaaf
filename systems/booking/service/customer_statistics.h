// What is counted of a customer.
#pragma once

#include "booking/service/calls.h"

namespace peregrine::booking {

io::Task<base::Result<>> count_appointment(net::PostgresConnection& db, const WaitingCall& call,
                                           io::Deadline deadline);

}  // namespace peregrine::booking
