// What dealing with a call has come to, in the database: all of it in one transaction.
#pragma once

#include "booking/service/booking.h"

namespace peregrine::booking {

// The call's status, the appointment, the customer's count, the activity log, the metrics and the
// mail that is owed. `took` is how long it has taken.
io::Task<base::Result<>> record(App& app, const WaitingCall& call, const Ending& ending,
                                base::Duration took);

}  // namespace peregrine::booking
