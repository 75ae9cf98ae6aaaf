#include "booking/service/call_report.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/rfc3339.h"

namespace peregrine::booking {
namespace {

constexpr std::string_view kReport = R"({"event": "call_ended", "call": {
  "call_id": "call_1", "from_number": "+49 30 12345678", "to_number": "+4930555000",
  "start_timestamp": 1748851200000, "end_timestamp": 1748851320000,
  "metadata": {"branch_id": 1, "staff_id": 2},
  "call_analysis": {"custom_analysis_data": {"name": "Max", "email": "max@email.de",
    "service": "Routine Checkup", "starts_at": "2025-06-09T10:00:00+02:00"}}}})";

// What is wrong with the report once `part` of its text is replaced.
std::string mistake(std::string_view part, std::string_view replacement) {
  std::string text(kReport);
  const size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  text.replace(at, part.size(), replacement);
  const base::Value body = *base::parse_json(text);
  if (auto call = read_call(body); !call) return call.error().text;
  if (auto wish = read_wish(body); !wish) return wish.error().text;
  return "";
}

TEST(CallReport, ReadsWhatRetellSends) {
  const base::Value body = *base::parse_json(kReport);
  const base::Result<ReportedCall> call = read_call(body);
  ASSERT_TRUE(call) << call.error().text;
  EXPECT_EQ(call->call_id, "call_1");
  EXPECT_EQ(call->from_number, "+49 30 12345678");
  EXPECT_EQ(base::to_rfc3339(call->ended_at), "2025-06-02T08:02:00Z");
  const base::Result<Wish> wish = read_wish(body);
  ASSERT_TRUE(wish) << wish.error().text;
  EXPECT_EQ(wish->phone, "+493012345678");
  EXPECT_EQ(wish->staff_id, "2");
  EXPECT_EQ(wish->service, "Routine Checkup");
  EXPECT_EQ(base::to_rfc3339(wish->starts_at.value()), "2025-06-09T08:00:00Z");
}

TEST(CallReport, SaysWhatIsWrong) {
  EXPECT_EQ(mistake("\"call_id\"", "\"id\""), "call_id is missing");
  EXPECT_EQ(mistake("\"call_1\"", "7"), "call_id is no text of 1 to 200 bytes");
  EXPECT_EQ(mistake("\"call_1\"", "\"\""), "call_id is no text of 1 to 200 bytes");
  EXPECT_EQ(mistake("call_1", "\\u0000"), "call_id has a zero byte");
  EXPECT_EQ(mistake("call_1", std::string(201, 'x')), "call_id is no text of 1 to 200 bytes");
  EXPECT_EQ(mistake("1748851200000", "-1"),
            "start_timestamp is no time in milliseconds since 1970");
  EXPECT_EQ(mistake("1748851320000", "1748851199999"), "end_timestamp is before start_timestamp");
  EXPECT_EQ(mistake("+49 30 12345678", "030/unknown"),
            "from_number is no telephone number: 030/unknown");
  EXPECT_EQ(mistake("\"metadata\"", "\"data\""), "metadata is missing");
  EXPECT_EQ(mistake("{\"branch_id\": 1, \"staff_id\": 2}", "null"), "metadata is missing");
  EXPECT_EQ(mistake("{\"branch_id\": 1, \"staff_id\": 2}", "\"x\""), "branch_id is missing");
  EXPECT_EQ(mistake("\"branch_id\": 1", "\"branch_id\": 1.5"), "branch_id is no id");
  EXPECT_EQ(mistake("max@email.de", "max"), "email is no address: max");
  EXPECT_EQ(mistake("max@email.de", "max@email.de\\r\\nDATA"),
            "email is no address: max@email.de\r\nDATA");
  EXPECT_EQ(mistake("2025-06-09T10", "2025-02-30T10"),
            "starts_at is no time: 2025-02-30T10:00:00+02:00");
}

TEST(CallReport, KnowsWhoeverCannotWait) {
  std::string text(kReport);
  text.replace(text.find("2025-06-09T10:00:00+02:00"), 25, "ASAP");
  const base::Result<Wish> wish = read_wish(*base::parse_json(text));
  ASSERT_TRUE(wish) << wish.error().text;
  EXPECT_EQ(wish->starts_at, std::nullopt);
}

TEST(CallReport, NeedsAMap) {
  for (std::string_view text : {"null", "[]", "7", "{}", "{\"call\": []}"}) {
    EXPECT_FALSE(read_call(*base::parse_json(text))) << text;
    EXPECT_FALSE(read_wish(*base::parse_json(text))) << text;
  }
}

}  // namespace
}  // namespace peregrine::booking
