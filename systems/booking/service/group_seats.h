// Seats in a session of a course.
#pragma once

#include "booking/service/rows.h"

namespace peregrine::booking {

struct Seating {
  enum class Outcome { taken, full, booked_already, no_such_session } outcome;
  int64_t left = 0;  // how many there were, of `full`
};

// Takes so many seats for the customer, who may book a session once. What is left is counted while
// the session's row is locked: whoever comes meanwhile waits until this transaction has ended.
// REQUIRES: a transaction.
io::Task<base::Result<Seating>> take_seats(net::PostgresConnection& db, Id branch, Id session,
                                           Id customer, int64_t seats, io::Deadline deadline);

}  // namespace peregrine::booking
