// When a member of staff may be booked, by the branch's hours and the appointments that there are.
#pragma once

#include "booking/service/calls.h"

namespace peregrine::booking {

struct Slot {
  base::WallTime starts_at;
  bool taken;  // by an appointment of ours
};

// The starts, a half hour apart, from which the service's whole time lies within the branch's hours
// (in its own zone) and outside its break; from `from` on, before `to`, none that has passed. In
// their order, kMostSlots at most.
inline constexpr size_t kMostSlots = 500;
io::Task<base::Result<std::vector<Slot>>> opening_slots(net::PostgresConnection& db, Id staff,
                                                        Id service, base::WallTime from,
                                                        base::WallTime to, io::Deadline deadline);

}  // namespace peregrine::booking
