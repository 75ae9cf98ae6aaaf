// Appointments: what is on offer, and taking a slot.
#pragma once

#include "booking/service/calls.h"

namespace peregrine::booking {

// What a wish comes to at the branch that was called.
struct Offer {
  Id company;
  Id service;
};

// Nothing if the branch, its staff or its company's services do not have what is wished.
io::Task<base::Result<std::optional<Offer>>> find_offer(net::PostgresConnection& db,
                                                        const Wish& wish, io::Deadline deadline);

// Books the slot for the customer, counts it, and completes the call; false if the slot is taken,
// and the call is a booking conflict. Either way the activity log tells. REQUIRES: a transaction.
io::Task<base::Result<bool>> book(net::PostgresConnection& db, Id call, Id customer,
                                  const Offer& offer, const Wish& wish, io::Deadline deadline);

}  // namespace peregrine::booking
