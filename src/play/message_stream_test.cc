#include "play/message_stream.h"

#include <gtest/gtest.h>

#include <deque>

#include "io/no_frames_left.h"

namespace peregrine::play {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using base::Value;
using io::Deadline;
using io::Task;

// Messages that come one after another, each a second after the one before; then its end.
class Script final : public Channel {
 public:
  Script(io::Loop& loop, std::deque<StreamMessage> messages, Result<> last)
      : loop_(loop), messages_(std::move(messages)), last_(std::move(last)) {}

  Task<Result<std::optional<StreamMessage>>> next(Deadline) override {
    CO_TRY_OK(co_await loop_.sleep(1s));
    if (messages_.empty() && !last_) co_return std::unexpected(last_.error());
    if (messages_.empty()) co_return std::nullopt;
    StreamMessage message = std::move(messages_.front());
    messages_.pop_front();
    co_return std::move(message);
  }
  Task<Result<>> send(StreamMessage, Deadline) override { co_return Result<>{}; }
  Task<Result<>> close(Deadline) override { co_return Result<>{}; }
  StreamEnd end() const override { return {1001, "going away"}; }

 private:
  io::Loop& loop_;
  std::deque<StreamMessage> messages_;
  Result<> last_;
};

class MessageStreamTest : public ::testing::Test {
 protected:
  std::unique_ptr<io::Loop> loop_ = io::Loop::simulated(7);
  record::Timeline timeline_;
  LastSent last_sent_;

  MessageStreamTest() { sent(); }
  void sent() { last_sent_.note(loop_->now(), loop_->now()); }

  std::unique_ptr<MessageStream> open(std::deque<StreamMessage> messages, Result<> last = {},
                                      StreamLimits limits = {}, StreamTotals* totals = nullptr) {
    return std::make_unique<MessageStream>(
        MessageStream::Place{*loop_, &timeline_, last_sent_, "s", "api", totals},
        std::make_unique<Script>(*loop_, std::move(messages), std::move(last)), limits);
  }
  void wait(base::Duration span) { EXPECT_TRUE(loop_->run(loop_->sleep(span))); }
};

const Value* part(const base::List& messages, size_t index, std::string_view name) {
  return messages.at(index).find(name);
}

TEST_F(MessageStreamTest, GathersWhileNobodyLooks) {
  const auto stream = open({{.payload = R"({"n":1})"}, {.binary = true, .payload = "\xff"}});
  EXPECT_TRUE(stream->messages().empty());
  wait(1500ms);
  EXPECT_EQ(stream->messages().size(), 1U);
  EXPECT_EQ(stream->end(), "");
  EXPECT_TRUE(stream->closed_value().is_null());
  wait(2s);
  const base::List& messages = stream->messages();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(*part(messages, 0, "json")->find("n"), Value(1));
  EXPECT_EQ(*part(messages, 0, "text"), Value(R"({"n":1})"));
  EXPECT_EQ(part(messages, 0, "body"), nullptr);
  EXPECT_EQ(*part(messages, 1, "body"), Value(base::Bytes{"\xff"}));
  EXPECT_EQ(part(messages, 1, "text"), nullptr);
  EXPECT_EQ(stream->end(), "`s` was closed by the service with 1001: going away");
  EXPECT_EQ(*stream->closed_value().find("by"), Value("service"));
  EXPECT_EQ(timeline_.events().size(), 3U);
}

TEST_F(MessageStreamTest, LatencyIsFromTheLastThingSentBefore) {
  const auto stream = open({{.payload = "a"}, {.payload = "b"}});
  wait(1500ms);
  sent();
  wait(1s);
  EXPECT_EQ(*part(stream->messages(), 0, "latency"), Value(base::Duration(1s)));
  EXPECT_EQ(*part(stream->messages(), 1, "latency"), Value(base::Duration(500ms)));
}

TEST(LastSent, WhatCameInATurnCameBeforeWhatIsSentInIt) {
  const base::Instant begin{1h};
  LastSent sent;
  sent.note(begin + 1ms, begin);
  sent.note(begin + 12ms, begin + 10ms);
  sent.note(begin + 13ms, begin + 10ms);
  EXPECT_EQ(sent.until(begin + 10ms), 9ms);
  EXPECT_EQ(sent.until(begin + 15ms), 2ms);
}

TEST_F(MessageStreamTest, WhatIsCutOffIsBroken) {
  const auto stream = open({}, base::fail(Code::closed, "no close frame"));
  wait(2s);
  ASSERT_TRUE(stream->broken());
  EXPECT_EQ(stream->end(), "`s` broke: no close frame");
  EXPECT_EQ(*stream->closed_value().find("code"), Value(1006));
  EXPECT_EQ(loop_->run(stream->send({}, 1, loop_->in(1s))).error().code, Code::closed);
  EXPECT_TRUE(loop_->run(stream->close(loop_->in(1s))));
}

TEST_F(MessageStreamTest, KeepsSoManyMessages) {
  const auto stream =
      open({{.payload = "a"}, {.payload = "b"}, {.payload = "c"}}, {}, {.messages = 2});
  wait(10s);
  EXPECT_EQ(stream->messages().size(), 2U);
  ASSERT_TRUE(stream->broken());
  EXPECT_EQ(stream->broken()->code, Code::limit);
  EXPECT_EQ(stream->end(), "`s` broke: more than 2 messages came on it");
}

TEST_F(MessageStreamTest, KeepsSoManyBytes) {
  const auto stream = open({{.payload = std::string(600, 'x')}, {.payload = std::string(600, 'x')}},
                           {}, {.bytes = 1000});
  wait(10s);
  EXPECT_EQ(stream->messages().size(), 1U);
  ASSERT_TRUE(stream->broken());
  EXPECT_EQ(stream->end(), "`s` broke: more than 1000 bytes came on it");
}

TEST_F(MessageStreamTest, AllStreamsTogetherKeepSoMuch) {
  StreamTotals totals(1000);
  {
    const std::string text(200, 'x');
    const auto one = open({{.payload = text}, {.payload = text}}, {}, {}, &totals);
    wait(2500ms);
    const auto other = open({{.payload = text}}, {}, {}, &totals);
    wait(5s);
    EXPECT_EQ(one->messages().size(), 2U);
    EXPECT_EQ(other->messages().size(), 0U);
    EXPECT_EQ(other->end(), "`s` broke: the messages of all open streams are more than 0 MiB");
    EXPECT_EQ(totals.counts().opened, 2U);
    EXPECT_EQ(totals.counts().broke, 1U);
    EXPECT_EQ(totals.counts().messages, 2U);
    EXPECT_EQ(totals.counts().bytes, 400U);
    EXPECT_EQ(totals.take_most_open(), 2U);
  }
  EXPECT_EQ(totals.take_most_open(), 2U);
  EXPECT_EQ(totals.take_most_open(), 0U);
  EXPECT_TRUE(totals.keep(1000));
}

Task<Result<>> see_change(MessageStream& stream, size_t known, Deadline deadline) {
  co_return co_await stream.changed(known, deadline);
}

TEST_F(MessageStreamTest, TellsWhenSomethingComesAndWhenItEnds) {
  const base::Instant begin = loop_->now();
  const auto stream = open({{.payload = "a"}});
  EXPECT_TRUE(loop_->run(see_change(*stream, 0, loop_->in(10s))));
  EXPECT_EQ(loop_->now() - begin, 1s);
  EXPECT_EQ(stream->came().at(0), loop_->now());
  EXPECT_TRUE(loop_->run(see_change(*stream, 1, loop_->in(10s))));
  EXPECT_EQ(loop_->now() - begin, 2s);
  EXPECT_TRUE(stream->closed());
  const Result<> no_more = loop_->run(see_change(*stream, 2, loop_->in(1s)));
  ASSERT_FALSE(no_more);
  EXPECT_EQ(no_more.error().code, Code::timeout);
}

TEST_F(MessageStreamTest, ClosesBeforeItHasBegunToGather) {
  const auto stream = open({{.payload = "a"}});
  EXPECT_TRUE(loop_->run(stream->close(loop_->in(5s))));
  ASSERT_TRUE(stream->closed());
  EXPECT_TRUE(stream->closed()->by_journey);
  EXPECT_EQ(*stream->closed_value().find("by"), Value("journey"));
  EXPECT_TRUE(stream->messages().empty());
}

}  // namespace
}  // namespace peregrine::play
