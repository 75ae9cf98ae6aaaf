// What is on offer: who does which service at which branch.
#pragma once

#include "booking/service/call_report.h"
#include "booking/service/rows.h"

namespace peregrine::booking {

// What a wish comes to at the branch that was called.
struct Offer {
  Id company;
  Id branch;
  Id staff;
  Id service;
  int64_t event_type = 0;  // Cal.com's name for the service of this member of staff
};

// Nothing if the branch, its staff or its company's services do not have what is wished.
io::Task<base::Result<std::optional<Offer>>> find_offer(net::PostgresConnection& db,
                                                        const Wish& wish, io::Deadline deadline);

}  // namespace peregrine::booking
