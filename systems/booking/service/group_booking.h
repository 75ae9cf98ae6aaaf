// POST /api/group-bookings: a group takes seats in one session of a course or in several, in all of
// them or in none.
#pragma once

#include "booking/service/app.h"

namespace peregrine::booking {

// How often it is tried when another transaction is in its way.
inline constexpr int kMostTriesOfAGroup = 5;

// 201; 400 for a request that is wrong, 404 without such a branch or session, 409 when one of the
// sessions has too few seats or has been booked by the customer before.
io::Task<wire::Response> group_booking(App& app, const wire::Request& request);

}  // namespace peregrine::booking
