// Appointments: holding a slot, and what becomes of the hold.
#pragma once

#include "booking/service/calcom_message.h"

namespace peregrine::booking {

struct Hold {
  Id appointment;
  base::WallTime starts_at;
};

// A `pending` appointment for the call. Nothing if somebody has the slot: the constraint
// nobody_is_booked_twice decides, also between two calls at one moment.
io::Task<base::Result<std::optional<Hold>>> hold_slot(net::PostgresConnection& db,
                                                      const WaitingCall& call,
                                                      base::WallTime starts_at,
                                                      io::Deadline deadline);

// What an attempt that was cut short has left.
io::Task<base::Result<std::optional<Hold>>> find_hold(net::PostgresConnection& db,
                                                      const WaitingCall& call,
                                                      io::Deadline deadline);

// Lets go what the call holds.
io::Task<base::Result<>> release_hold(net::PostgresConnection& db, const WaitingCall& call,
                                      io::Deadline deadline);

// The hold becomes a `scheduled` appointment, with Cal.com's booking if there is one.
io::Task<base::Result<>> schedule(net::PostgresConnection& db, const Hold& hold,
                                  const std::optional<CalcomBooking>& booking,
                                  io::Deadline deadline);

}  // namespace peregrine::booking
