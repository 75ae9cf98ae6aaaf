// From a call that waits to its appointment, or to the reason why it has none.
#pragma once

#include <string>
#include <variant>

#include "booking/service/app.h"
#include "booking/service/appointments.h"

namespace peregrine::booking {

struct Scheduled {
  Hold hold;
  std::optional<CalcomBooking> booking;  // without Cal.com: none
};
struct NotScheduled {
  std::string status;  // `no_availability`, `booking_conflict` or `failed`
  std::string reason = {};
};
using Ending = std::variant<Scheduled, NotScheduled>;

// Whoever wants an appointment as soon as possible gets the first within this time.
inline constexpr base::Duration kSoon = std::chrono::days(7);
// Slots that are tried, when others are quicker or Cal.com refuses.
inline constexpr size_t kMostTries = 5;

// Finds a slot, holds it, and books it at Cal.com. What it comes to is not recorded yet: a hold
// stays until it is (record.h). Fails if the database does, or when it is cancelled.
io::Task<base::Result<Ending>> arrange(App& app, const WaitingCall& call);

}  // namespace peregrine::booking
