#include "booking/service/calcom_message.h"

#include <gtest/gtest.h>

#include "base/rfc3339.h"

namespace peregrine::booking {
namespace {

using wire::Response;

base::WallTime at(std::string_view text) { return base::parse_rfc3339(text).value(); }

WaitingCall call() {
  WaitingCall out;
  out.call_id = "call_1";
  out.event_type = 203;
  out.zone = "Europe/Berlin";
  out.name = "Jörg \"J\" Groß";
  out.email = "a+b@email.de";
  out.phone = "+493012345678";
  return out;
}

TEST(CalcomMessage, AsksForSlots) {
  const wire::Request request =
      slots_request(203, at("2025-06-09T00:00:00Z"), at("2025-06-10T00:00:00Z"));
  EXPECT_EQ(request.target,
            "/v2/slots?eventTypeId=203&start=2025-06-09T00%3A00%3A00Z"
            "&end=2025-06-10T00%3A00%3A00Z");
  EXPECT_EQ(request.headers.get("cal-api-version"), "2024-09-04");
}

TEST(CalcomMessage, ReadsSlotsInTheOrderOfTime) {
  const auto slots = read_slots(R"({"status": "success", "data": {
      "2025-06-10": [{"start": "2025-06-10T10:00:00.000+02:00"}],
      "2025-06-09": [{"start": "2025-06-09T10:00:00.000+02:00"}, {"start": "2025-06-09T07:30:00Z"}]
    }})");
  ASSERT_TRUE(slots) << slots.error().text;
  EXPECT_EQ(*slots, (std::vector{at("2025-06-09T07:30:00Z"), at("2025-06-09T08:00:00Z"),
                                 at("2025-06-10T08:00:00Z")}));
  EXPECT_EQ(*read_slots(R"({"data": {}})"), std::vector<base::WallTime>());
}

TEST(CalcomMessage, RefusesWhatAreNoSlots) {
  for (std::string_view body :
       {"", "{}", R"({"data": []})", R"({"data": {"d": 1}})", R"({"data": {"d": [{}]}})",
        R"({"data": {"d": [{"start": "2025-06-09"}]}})", R"({"data": {"d": [{"start": 1}]}})"})
    EXPECT_FALSE(read_slots(body)) << body;
}

TEST(CalcomMessage, BooksWithTheCallsId) {
  const wire::Request request = booking_request(call(), at("2025-06-09T10:00:00+02:00"));
  EXPECT_EQ(request.headers.get("cal-api-version"), "2024-08-13");
  EXPECT_EQ(request.body,
            R"({"start":"2025-06-09T08:00:00Z","eventTypeId":203,)"
            R"("attendee":{"name":"Jörg \"J\" Groß","email":"a+b@email.de",)"
            R"("phoneNumber":"+493012345678","timeZone":"Europe/Berlin","language":"de"},)"
            R"("metadata":{"call_id":"call_1"}})");
}

TEST(CalcomMessage, ReadsABooking) {
  const auto booking = read_booking(R"({"status": "success", "data": {"id": 7, "uid": "u7"}})");
  ASSERT_TRUE(booking);
  EXPECT_EQ(booking->id, 7);
  EXPECT_EQ(booking->uid, "u7");
  for (std::string_view body : {"", R"({"data": {"id": "7", "uid": "u7"}})", R"({"data": [1]})"})
    EXPECT_FALSE(read_booking(body)) << body;
}

TEST(CalcomMessage, FindsTheCallsOwnBookingThatStands) {
  EXPECT_EQ(find_request(call()).target,
            "/v2/bookings?attendeeEmail=a%2Bb%40email.de&eventTypeId=203");
  const std::string body = R"({"data": [
    {"id": 1, "uid": "u1", "status": "accepted", "metadata": {"call_id": "call_0"}},
    {"id": 2, "uid": "u2", "status": "cancelled", "metadata": {"call_id": "call_1"}},
    {"id": 3, "uid": "u3", "status": "accepted"},
    {"id": 4, "uid": "u4", "status": "accepted", "metadata": {"call_id": "call_1"}}]})";
  const auto found = read_found(body, "call_1");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->uid, "u4");
  const auto none = read_found(body, "call_2");
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  EXPECT_FALSE(read_found("{}", "call_1"));
}

TEST(CalcomMessage, TellsATakenSlotFromOtherRefusals) {
  const auto refusal = [](int status, std::string message) {
    return Response{.status = status,
                    .body = R"({"error": {"code": "X", "message": ")" + message + "\"}}"};
  };
  const std::string taken = "User either already has booking at this time or is not available";
  EXPECT_TRUE(says_taken(refusal(400, taken)));
  EXPECT_TRUE(says_taken(refusal(409, "")));
  EXPECT_FALSE(says_taken(refusal(400, "Attempting to book a meeting in the past.")));
  EXPECT_FALSE(says_taken(refusal(422, taken)));
  EXPECT_EQ(reason_of(refusal(422, "no name")), "no name");
  EXPECT_EQ(reason_of({.status = 502, .body = "<html>"}), "status 502");
}

}  // namespace
}  // namespace peregrine::booking
