#include "booking/service/group_request.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace peregrine::booking {
namespace {

constexpr std::string_view kRequest = R"({"branch": 1, "sessions": [2, 1], "seats": 3,
  "name": "Max", "phone": "0049 30 12345678", "email": "max@email.de"})";

std::string mistake(std::string_view part, std::string_view replacement) {
  std::string text(kRequest);
  const size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  text.replace(at, part.size(), replacement);
  const auto read = read_group_request(*base::parse_json(text));
  return read ? "" : read.error().text;
}

TEST(GroupRequest, KeepsTheOrderOfTheSessions) {
  const auto read = read_group_request(*base::parse_json(kRequest));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->branch, "1");
  EXPECT_EQ(read->sessions, (std::vector<Id>{"2", "1"}));
  EXPECT_EQ(read->seats, 3);
  EXPECT_EQ(read->phone, "+493012345678");
}

TEST(GroupRequest, SaysWhatIsWrong) {
  EXPECT_EQ(mistake("\"branch\": 1", "\"branch\": 0"), "branch is no id");
  EXPECT_EQ(mistake("[2, 1]", "[]"), "sessions is no list of 1 to 20");
  EXPECT_EQ(mistake("[2, 1]", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21]"),
            "sessions is no list of 1 to 20");
  EXPECT_EQ(mistake("[2, 1]", "[2, \"1\"]"), "sessions has what is no id");
  EXPECT_EQ(mistake("[2, 1]", "[2, 2]"), "sessions has 2 twice");
  EXPECT_EQ(mistake("\"seats\": 3", "\"seats\": 0"), "seats is no number from 1 to 100");
  EXPECT_EQ(mistake("\"seats\": 3", "\"seats\": 101"), "seats is no number from 1 to 100");
  EXPECT_EQ(mistake("0049 30 12345678", "somewhere"), "phone is no telephone number: somewhere");
  EXPECT_EQ(mistake("max@email.de", "max"), "email is no address: max");
}

TEST(GroupRequest, NeedsAMap) {
  for (std::string_view text : {"null", "[]", "7", "{}"})
    EXPECT_FALSE(read_group_request(*base::parse_json(text))) << text;
}

}  // namespace
}  // namespace peregrine::booking
