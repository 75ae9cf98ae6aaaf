// The activity log: what has happened to a customer, for the practice's staff.
#pragma once

#include <string_view>

#include "booking/service/calls.h"

namespace peregrine::booking {

io::Task<base::Result<>> log_activity(net::PostgresConnection& db, std::string_view event,
                                      const WaitingCall& call, std::optional<Id> appointment,
                                      io::Deadline deadline);

}  // namespace peregrine::booking
