#include "io/memory_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/scope.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;

Task<void> send_all(Stream& stream, std::string bytes, Result<>& out) {
  out = co_await stream.send(bytes, Deadline::never());
  if (out) out = co_await stream.finish_sending(Deadline::never());
}

Task<void> receive_all(Stream& stream, std::string& text, Result<>& out) {
  std::vector<char> buffer(7);
  for (;;) {
    Result<size_t> n = co_await stream.receive(buffer, Deadline::never());
    if (!n) out = std::unexpected(n.error());
    if (!n || *n == 0) co_return;
    text.append(buffer.data(), *n);
  }
}

Task<Result<>> wait_all(Scope& scope) { co_return co_await scope.join(scope.loop().in(5s)); }

class MemoryStreamTest : public testing::Test {
 protected:
  void make(size_t capacity) { std::tie(left_, right_) = MemoryStream::pair(*loop_, capacity); }
  // Lets the scope's tasks run as far as they come.
  void settle() { loop_->run(loop_->sleep(1ms)).value(); }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  std::unique_ptr<MemoryStream> left_;
  std::unique_ptr<MemoryStream> right_;
  std::unique_ptr<Scope> scope_ = std::make_unique<Scope>(*loop_);
  std::string text_;
  Result<> sent_;
  Result<> received_;
};

TEST_F(MemoryStreamTest, CarriesMoreThanItHoldsBothWaysAndThenTheEnd) {
  make(10);
  const std::string there(1'000, 'a');
  const std::string back(2'000, 'b');
  std::string text_back;
  scope_->spawn(send_all(*left_, there, sent_));
  scope_->spawn(receive_all(*right_, text_, received_));
  scope_->spawn(send_all(*right_, back, sent_));
  scope_->spawn(receive_all(*left_, text_back, received_));
  ASSERT_TRUE(loop_->run(wait_all(*scope_)));
  EXPECT_EQ(text_, there);
  EXPECT_EQ(text_back, back);
  EXPECT_TRUE(sent_ && received_);
}

TEST_F(MemoryStreamTest, MakesASenderWaitForRoom) {
  make(10);
  scope_->spawn(send_all(*left_, std::string(11, 'a'), sent_));
  settle();
  EXPECT_EQ(scope_->running(), 1U);
  right_.reset();
  ASSERT_TRUE(loop_->run(wait_all(*scope_)));
  ASSERT_FALSE(sent_);
  EXPECT_EQ(sent_.error().code, Code::closed);
}

TEST_F(MemoryStreamTest, AnEndThatGoesLeavesWhatItSent) {
  make(100);
  EXPECT_TRUE(left_->is_quiet());
  ASSERT_TRUE(loop_->run(left_->send("last words", Deadline::never())));
  EXPECT_TRUE(left_->is_quiet());
  EXPECT_FALSE(right_->is_quiet());
  left_.reset();
  loop_->run(receive_all(*right_, text_, received_));
  EXPECT_EQ(text_, "last words");
  EXPECT_TRUE(received_);
  EXPECT_FALSE(right_->is_quiet());
  EXPECT_FALSE(loop_->run(right_->send("x", Deadline::never())));
}

TEST_F(MemoryStreamTest, AnEndThatGoesWithBytesUnreadTakesWhatItSent) {
  make(100);
  ASSERT_TRUE(loop_->run(right_->send("unread", Deadline::never())));
  ASSERT_TRUE(loop_->run(left_->send("lost", Deadline::never())));
  left_.reset();
  loop_->run(receive_all(*right_, text_, received_));
  EXPECT_EQ(text_, "");
  ASSERT_FALSE(received_);
  EXPECT_EQ(received_.error().code, Code::closed);
}

TEST_F(MemoryStreamTest, AbortEndsWhoWaitsOnEitherEnd) {
  make(100);
  std::string other_text;
  scope_->spawn(receive_all(*left_, text_, received_));
  scope_->spawn(receive_all(*right_, other_text, received_));
  settle();
  EXPECT_EQ(scope_->running(), 2U);
  left_->abort();
  ASSERT_TRUE(loop_->run(wait_all(*scope_)));
  EXPECT_TRUE(received_);
  EXPECT_FALSE(loop_->run(left_->send("x", Deadline::never())));
}

Task<Result<size_t>> receive_within(Stream& stream, base::Duration span) {
  std::vector<char> buffer(10);
  co_return co_await stream.receive(buffer, stream.loop().in(span));
}

TEST_F(MemoryStreamTest, AReceiveEndsAtItsDeadline) {
  make(100);
  Result<size_t> n = loop_->run(receive_within(*right_, 1ms));
  ASSERT_FALSE(n);
  EXPECT_EQ(n.error().code, Code::timeout);
}

}  // namespace
}  // namespace peregrine::io
