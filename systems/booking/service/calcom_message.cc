#include "booking/service/calcom_message.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/rfc3339.h"
#include "base/text.h"
#include "net/query.h"

namespace peregrine::booking {
namespace {

using base::Code;
using base::fail;
using base::Map;
using base::Result;
using base::Value;

constexpr std::string_view kSlotsVersion = "2024-09-04";
constexpr std::string_view kBookingsVersion = "2024-08-13";
constexpr size_t kLongestReason = 200;

Result<Value> data_of(std::string_view body) {
  TRY(const Value answer, base::parse_json(body));
  const Value* data = answer.find("data");
  if (!data) return fail(Code::protocol, "Cal.com's answer has no data");
  return *data;
}

Result<CalcomBooking> booking_of(const Value& data) {
  const Value* id = data.find("id");
  const Value* uid = data.find("uid");
  if (!id || id->kind() != base::Kind::int64 || !uid || !uid->is_text())
    return fail(Code::protocol, "Cal.com's booking has no id and uid");
  return CalcomBooking{id->as_int(), uid->as_text()};
}

const Value* text_at(const Value& in, std::string_view key) {
  const Value* found = in.find(key);
  return found && found->is_text() ? found : nullptr;
}

wire::Request versioned(std::string method, std::string target, std::string_view version) {
  return {.method = std::move(method),
          .target = std::move(target),
          .headers = {{"cal-api-version", version}}};
}

}  // namespace

wire::Request slots_request(int64_t event_type, base::WallTime from, base::WallTime to) {
  net::Pairs query;
  query.add("eventTypeId", std::to_string(event_type));
  query.add("start", base::to_rfc3339(from));
  query.add("end", base::to_rfc3339(to));
  return versioned("GET", "/v2/slots?" + net::to_query(query), kSlotsVersion);
}

Result<std::vector<base::WallTime>> read_slots(std::string_view body) {
  TRY(const Value data, data_of(body));
  if (!data.is_map()) return fail(Code::protocol, "Cal.com's slots are no map of days");
  std::vector<base::WallTime> out;
  for (const auto& [day, slots] : data.as_map()) {
    if (!slots.is_list()) return fail(Code::protocol, "Cal.com's slots of {} are no list", day);
    for (const Value& slot : slots.as_list()) {
      const Value* start = text_at(slot, "start");
      const auto read = start ? base::parse_rfc3339(start->as_text()) : std::nullopt;
      if (!read) return fail(Code::protocol, "a slot of Cal.com on {} has no start", day);
      out.push_back(*read);
    }
  }
  std::ranges::sort(out);
  return out;
}

wire::Request booking_request(const WaitingCall& call, base::WallTime starts_at) {
  wire::Request out = versioned("POST", "/v2/bookings", kBookingsVersion);
  out.headers.add("content-type", "application/json");
  out.body = base::to_json(Map{{"start", base::to_rfc3339(starts_at)},
                               {"eventTypeId", call.event_type},
                               {"attendee", Map{{"name", call.name},
                                                {"email", call.email},
                                                {"phoneNumber", call.phone},
                                                {"timeZone", call.zone},
                                                {"language", "de"}}},
                               {"metadata", Map{{"call_id", call.call_id}}}});
  return out;
}

Result<CalcomBooking> read_booking(std::string_view body) {
  TRY(const Value data, data_of(body));
  return booking_of(data);
}

wire::Request find_request(const WaitingCall& call) {
  net::Pairs query;
  query.add("attendeeEmail", call.email);
  query.add("eventTypeId", std::to_string(call.event_type));
  return versioned("GET", "/v2/bookings?" + net::to_query(query), kBookingsVersion);
}

Result<std::optional<CalcomBooking>> read_found(std::string_view body, std::string_view call_id) {
  TRY(const Value data, data_of(body));
  if (!data.is_list()) return fail(Code::protocol, "Cal.com's bookings are no list");
  for (const Value& booking : data.as_list()) {
    const Value* metadata = booking.find("metadata");
    const Value* of = metadata ? text_at(*metadata, "call_id") : nullptr;
    const Value* status = text_at(booking, "status");
    if (!of || of->as_text() != call_id || !status || status->as_text() != "accepted") continue;
    TRY(CalcomBooking found, booking_of(booking));
    return found;
  }
  return std::nullopt;
}

bool says_taken(const wire::Response& refusal) {
  if (refusal.status == 409) return true;
  return refusal.status == 400 && reason_of(refusal).find("not available") != std::string::npos;
}

std::string reason_of(const wire::Response& refusal) {
  if (const Result<Value> body = base::parse_json(refusal.body)) {
    const Value* error = body->find("error");
    if (const Value* message = error ? text_at(*error, "message") : nullptr)
      return base::shortened(message->as_text(), kLongestReason);
  }
  return fmt::format("status {}", refusal.status);
}

}  // namespace peregrine::booking
