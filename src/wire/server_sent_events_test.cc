#include "wire/server_sent_events.h"

#include <gtest/gtest.h>

#include <vector>

namespace peregrine::wire::server_sent_events {
namespace {

using base::Result;
using Seen = std::vector<std::string>;

constexpr Limits kSmall{.line = 30, .data = 40};

Seen read_in_pieces(std::string_view stream, size_t piece) {
  EventReader reader(kSmall);
  Seen seen;
  while (!stream.empty()) {
    std::string_view part = stream.substr(0, piece);
    stream.remove_prefix(part.size());
    while (!part.empty()) {
      Result<size_t> used = reader.feed(part);
      if (!used) {
        seen.push_back(used.error().text);
        return seen;
      }
      part.remove_prefix(*used);
      if (!reader.done()) continue;
      const Event event = reader.take();
      seen.push_back(fmt::format("{}|{}|{}", event.type, event.data, reader.last_event_id()));
    }
  }
  if (reader.retry_ms()) seen.push_back(fmt::format("retry {}", *reader.retry_ms()));
  return seen;
}

Seen read(std::string_view stream) {
  const Seen whole = read_in_pieces(stream, stream.size());
  for (const size_t piece : {1, 2, 3, 7}) {
    EXPECT_EQ(read_in_pieces(stream, piece), whole) << "in pieces of " << piece;
  }
  return whole;
}

// The examples of WHATWG HTML section 9.2.6.
TEST(EventReaderTest, ReadsTheExamplesOfTheStandard) {
  EXPECT_EQ(read("data: YHOO\ndata: +2\ndata: 10\n\n"), Seen{"message|YHOO\n+2\n10|"});
  EXPECT_EQ(read(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n"
                 "data:  third event\n"),
            (Seen{"message|first event|1", "message|second event|"}));
  EXPECT_EQ(read("data\n\ndata\ndata\n\ndata:"), (Seen{"message||", "message|\n|"}));
  EXPECT_EQ(read("data:test\n\ndata: test\n\n"), (Seen{"message|test|", "message|test|"}));
}

TEST(EventReaderTest, EndsLinesInCrLfOrBoth) {
  EXPECT_EQ(read("data: a\rdata: b\r\ndata: c\n\r\ndata: d\r\rdata: e\r\n\r\n"),
            (Seen{"message|a\nb\nc|", "message|d|", "message|e|"}));
}

TEST(EventReaderTest, LeavesOutOneByteOrderMark) {
  EXPECT_EQ(read("\xef\xbb\xbf"
                 "data: a\n\n"),
            Seen{"message|a|"});
  EXPECT_EQ(read("\xef\xbb\xbf\xef\xbb\xbf"
                 "data: a\n\ndata: b\n\n"),
            Seen{"message|b|"});
}

TEST(EventReaderTest, KeepsTheIdUntilAnotherComes) {
  EXPECT_EQ(read("id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\nid:\ndata: d\n\n"),
            (Seen{"message|a|1", "message|b|1", "message|c|2", "message|d|"}));
  EXPECT_EQ(read(std::string_view("id: 1\nid: a\0b\ndata: c\n\n", 23)), Seen{"message|c|1"});
}

TEST(EventReaderTest, ForgetsTheTypeOfAnEventWithoutData) {
  EXPECT_EQ(read("event: x\n\ndata: a\n\nevent: y\ndata: b\n\n"), (Seen{"message|a|", "y|b|"}));
}

TEST(EventReaderTest, TakesRetryOfDigitsOnly) {
  EXPECT_EQ(read("retry: 3000\n"), Seen{"retry 3000"});
  EXPECT_EQ(read("retry: 1\nretry: 3s\nretry:\nretry: -1\nretry:  2\n"), Seen{"retry 1"});
  EXPECT_EQ(read("retry: 99999999999999999999\n"), Seen{});
}

TEST(EventReaderTest, IgnoresFieldsItDoesNotKnow) {
  EXPECT_EQ(read("Data: a\n data: b\ndata : c\ndata: d\n\n"), Seen{"message|d|"});
}

TEST(EventReaderTest, RefusesBytesThatAreNotUtf8) {
  EXPECT_EQ(read("data: \xff\n\n"),
            Seen{"the line 'data: \\xff' of the event stream is not UTF-8"});
}

TEST(EventReaderTest, HoldsTheStreamToItsLimits) {
  EXPECT_EQ(read("data:" + std::string(25, 'x') + "\n\n").size(), 1U);
  EXPECT_EQ(read(std::string(31, 'x')), Seen{"a line of the event stream is longer than 30 bytes"});
  const std::string line = "data:" + std::string(19, 'x') + "\n";
  EXPECT_EQ(read(line + line + "data:x\n\n").back(), "the event's data is more than 40 bytes");
  EXPECT_EQ(read(line + line + "\n").size(), 1U);
}

TEST(EventWriterTest, WritesWhatTheReaderReads) {
  std::string out;
  ASSERT_TRUE(append_comment(out, "one\ntwo"));
  append_retry(out, 5);
  ASSERT_TRUE(append(out, Event{"order", " a\n\nb:", "7"}));
  ASSERT_TRUE(append(out, Event{"message", "", ""}));
  EXPECT_EQ(out,
            ": one\n: two\nretry: 5\nid: 7\nevent: order\ndata:  a\ndata: \ndata: b:\n\n"
            "id: \ndata: \n\n");
  EXPECT_EQ(read(out), (Seen{"order| a\n\nb:|7", "message||", "retry 5"}));
}

TEST(EventWriterTest, RefusesWhatWouldArriveOtherwise) {
  std::string out;
  EXPECT_FALSE(append(out, Event{"a", "b\rc", {}}));
  EXPECT_FALSE(append(out, Event{"a\n", "b", {}}));
  EXPECT_FALSE(append(out, Event{"a", "b", "c\n"}));
  EXPECT_FALSE(append(out, Event{"a", "b", std::string("c\0", 2)}));
  EXPECT_FALSE(append(out, Event{"a", "\xff", {}}));
  EXPECT_FALSE(append_comment(out, "a\r"));
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace peregrine::wire::server_sent_events
