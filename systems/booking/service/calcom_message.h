// What is said to Cal.com (API v2) and what it answers, apart from how it gets there.
//
//   GET /v2/slots?eventTypeId=203&start=…&end=…        {"data": {"2025-06-09": [{"start": "…"}]}}
//   POST /v2/bookings {"start", "eventTypeId", "attendee", "metadata"}   {"data": {"id", "uid"}}
//   GET /v2/bookings?attendeeEmail=…&eventTypeId=203   {"data": [{"id", "uid", "metadata"}]}
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "booking/service/calls.h"
#include "wire/http_message.h"

namespace peregrine::booking {

struct CalcomBooking {
  int64_t id = 0;
  std::string uid;
};

wire::Request slots_request(int64_t event_type, base::WallTime from, base::WallTime to);
// In the order of time. Fails with Code::protocol.
base::Result<std::vector<base::WallTime>> read_slots(std::string_view body);

// The call's id goes with it as metadata, so that the booking can be found again.
wire::Request booking_request(const WaitingCall& call, base::WallTime starts_at);
base::Result<CalcomBooking> read_booking(std::string_view body);

wire::Request find_request(const WaitingCall& call);
// The call's booking that stands, if there is one.
base::Result<std::optional<CalcomBooking>> read_found(std::string_view body,
                                                      std::string_view call_id);

// Whether a refusal says that the time is taken.
bool says_taken(const wire::Response& refusal);
// What an error's body says, or else its status.
std::string reason_of(const wire::Response& refusal);

}  // namespace peregrine::booking
