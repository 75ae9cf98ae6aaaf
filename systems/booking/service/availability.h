// Which slots may be booked: within the branch's hours, not taken by an appointment of ours, and
// free at Cal.com, if there is one.
#pragma once

#include "booking/service/app.h"
#include "booking/service/opening.h"

namespace peregrine::booking {

struct Availability {
  std::vector<base::WallTime> free;  // in the order of time
  bool taken = false;                // an appointment of ours is why one or more are not
};

// From `from` on, before `to`, for the call's staff and service. Fails if the database or Cal.com
// does.
io::Task<base::Result<Availability>> availability(App& app, const WaitingCall& call,
                                                  base::WallTime from, base::WallTime to);

}  // namespace peregrine::booking
