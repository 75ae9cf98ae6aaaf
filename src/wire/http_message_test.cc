#include "wire/http_message.h"

#include <gtest/gtest.h>

namespace peregrine::wire {
namespace {

TEST(HeadersTest, FindsTheFirstWithoutRegardToCase) {
  const Headers headers{{"Accept", "a"}, {"ACCEPT", "b"}};
  ASSERT_TRUE(headers.find("accept"));
  EXPECT_EQ(*headers.find("accept"), "a");
  EXPECT_FALSE(headers.find("accep"));
  EXPECT_EQ(headers.get("other"), "");
}

TEST(HeadersTest, SetReplacesTheFirstAndRemovesTheOthers) {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}};
  headers.set("a", "4");
  EXPECT_EQ(headers, (Headers{{"A", "4"}, {"B", "2"}}));
  headers.set("C", "5");
  headers.add_first("D", "6");
  EXPECT_EQ(headers, (Headers{{"D", "6"}, {"A", "4"}, {"B", "2"}, {"C", "5"}}));
  EXPECT_EQ(headers.remove("b"), 1U);
  EXPECT_EQ(headers.size(), 3U);
}

TEST(HeadersTest, AreGivenPartsOfThemselves) {
  Headers headers{{"A", std::string(100, 'x')}};
  for (int i = 0; i < 5; ++i) headers.add(headers[0].name, headers.get("a"));
  headers.set("B", headers.get("A"));
  ASSERT_EQ(headers.size(), 7U);
  for (const Header header : headers) EXPECT_EQ(header.value, std::string(100, 'x'));
}

TEST(HeadersTest, ClearedKeepTheirMemory) {
  Headers headers{{"A", std::string(100, 'x')}};
  const char* before = headers[0].value.data();
  headers.clear();
  EXPECT_TRUE(headers.empty());
  headers.add("B", std::string(100, 'y'));
  EXPECT_EQ(headers[0].value.data(), before);
  EXPECT_EQ(headers, (Headers{{"B", std::string(100, 'y')}}));
}

TEST(MessageTest, ClearedKeepsNoLargeBody) {
  Response response{.status = 404, .reason = "No", .headers = {{"A", "b"}}};
  response.body.assign(kKeptBody + 1, 'x');
  response.clear();
  EXPECT_EQ(response, Response());
  EXPECT_LT(response.body.capacity(), kKeptBody);
}

TEST(HeadersTest, FindsTokensInAllListsOfAName) {
  const Headers headers{{"Connection", "upgrade"}, {"connection", "a ,\tClose"}};
  EXPECT_TRUE(headers.has_token("Connection", "close"));
  EXPECT_TRUE(headers.has_token("Connection", "Upgrade"));
  EXPECT_FALSE(headers.has_token("Connection", "clos"));
  EXPECT_FALSE(headers.has_token("Upgrade", "a"));
}

TEST(ReasonPhraseTest, KnowsTheUsualStatuses) {
  EXPECT_EQ(reason_phrase(100), "Continue");
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(reason_phrase(507), "Insufficient Storage");
  EXPECT_EQ(reason_phrase(299), "");
  EXPECT_EQ(reason_phrase(999), "");
}

}  // namespace
}  // namespace peregrine::wire
