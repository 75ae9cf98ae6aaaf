// Calls as the database keeps them.
#pragma once

#include "base/value.h"
#include "booking/service/offers.h"

namespace peregrine::booking {

// Stores the call with the status `received`, and what is wished in it. Nothing if it had been
// stored before: Retell repeats a webhook until it is answered.
io::Task<base::Result<std::optional<Id>>> store_call(net::PostgresConnection& db,
                                                     const ReportedCall& call, const Offer& offer,
                                                     const Wish& wish, const Id& customer,
                                                     io::Deadline deadline);

// A call that has not been dealt with, and all that booking it takes.
struct WaitingCall {
  Id id;
  std::string call_id;  // Retell's
  int attempts = 0;     // at dealing with it, with this one
  Id company;
  Id branch;
  Id staff;
  Id service;
  Id customer;
  std::optional<base::WallTime> wanted_at;  // nothing: as soon as possible
  int64_t event_type = 0;  // Cal.com's name for the service of this member of staff
  std::string zone;        // of the branch
  std::string name;        // the customer's, and so are these
  std::string email;
  std::string phone;

  // For the log.
  base::Map context() const;
};

// Counts an attempt and gives the call. Nothing if it has been dealt with meanwhile.
io::Task<base::Result<std::optional<WaitingCall>>> claim_call(net::PostgresConnection& db, Id call,
                                                              io::Deadline deadline);

// The oldest calls that wait, at most `most`.
io::Task<base::Result<std::vector<Id>>> waiting_calls(net::PostgresConnection& db, size_t most,
                                                      io::Deadline deadline);

// The end of a call: one of the statuses `completed`, `no_availability`, `booking_conflict`,
// `failed`, the last with a reason.
io::Task<base::Result<>> finish_call(net::PostgresConnection& db, const WaitingCall& call,
                                     std::string_view status, std::string_view reason,
                                     io::Deadline deadline);

}  // namespace peregrine::booking
