// When the last byte of a request over HTTP/2 goes.
#include "net/http2_client_fixture.h"

namespace peregrine::net::http2_test {
namespace {

constexpr size_t kFrameHead = 9;  // bytes of a frame without a payload (RFC 9113, section 4.1)

TEST_F(Http2ClientTest, HoldsTheLastByteOfABodyBackUntilItMayGo) {
  begin();
  EXPECT_EQ(asked({"GET", "/first"}), "200 /first");
  server_->received.clear();
  Line line(*loop_);
  std::string seen;
  io::Scope scope(*loop_);
  scope.spawn(ask_in_line(seen, {"POST", "/a", {}, "text"}, line));
  (void)loop_->run(scope.join(loop_->in(100ms)));
  EXPECT_EQ(line.waiting, 1U);
  EXPECT_TRUE(server_->received.ends_with(raw::frame(raw::kData, 0, 3, "tex")));
  EXPECT_EQ(server_->seen, (std::vector<std::string>{"GET /first"}));
  server_->received.clear();
  line.open();
  (void)loop_->run(scope.join(Deadline::never()));
  EXPECT_EQ(server_->received, raw::frame(raw::kData, raw::kEndStream, 3, "t"));
  EXPECT_EQ(seen, "200 /a");
}

// Services begin when they have the headers: they are not sent ahead.
TEST_F(Http2ClientTest, HoldsARequestWithoutABodyBackUntilItMayGo) {
  begin();
  EXPECT_EQ(asked({"GET", "/first"}), "200 /first");
  server_->received.clear();
  Line line(*loop_);
  std::string seen;
  io::Scope scope(*loop_);
  scope.spawn(ask_in_line(seen, {"GET", "/a"}, line));
  (void)loop_->run(scope.join(loop_->in(100ms)));
  EXPECT_EQ(line.waiting, 1U);
  EXPECT_LE(server_->received.size(), kFrameHead);  // SETTINGS may still be acknowledged
  EXPECT_EQ(server_->seen, (std::vector<std::string>{"GET /first"}));
  line.open();
  (void)loop_->run(scope.join(Deadline::never()));
  EXPECT_EQ(seen, "200 /a");
}

TEST_F(Http2ClientTest, LastBytesThatGoAtOnceAreOneWrite) {
  loop_ = *Loop::create();
  begin();
  EXPECT_EQ(asked({"GET", "/first"}), "200 /first");
  Line line(*loop_);
  std::vector<std::string> seen(20);
  io::Scope scope(*loop_);
  for (std::string& one : seen) {
    scope.spawn(ask_in_line(one, {"POST", "/a", {}, std::string(5'000, 'x')}, line));
  }
  (void)loop_->run(scope.join(loop_->in(50ms)));
  EXPECT_EQ(line.waiting, 20U);
  EXPECT_EQ(server_->seen.size(), 1U);
  server_->sends = 0;
  server_->received.clear();
  line.open();
  (void)loop_->run(scope.join(Deadline::never()));
  EXPECT_EQ(seen, std::vector<std::string>(20, "200 /a"));
  EXPECT_EQ(server_->connections, 1U);
  EXPECT_LE(server_->sends, 3);  // of 20 last bytes; and what opens a window
  EXPECT_LT(server_->received.size(), 1'000U);
}

// More than a server takes at once before it opens its window.
TEST_F(Http2ClientTest, ALastByteOfALargeBodyWaitsForTheOthers) {
  begin();
  Line line(*loop_);
  std::string seen;
  io::Scope scope(*loop_);
  scope.spawn(ask_in_line(seen, {"POST", "/a", {}, std::string(3'000'000, 'x')}, line));
  (void)loop_->run(scope.join(loop_->in(100ms)));
  EXPECT_EQ(line.waiting, 1U);
  EXPECT_GT(server_->received.size(), 3'000'000U);
  EXPECT_TRUE(server_->seen.empty());
  line.open();
  (void)loop_->run(scope.join(Deadline::never()));
  EXPECT_EQ(seen, "200 /a");
}

}  // namespace
}  // namespace peregrine::net::http2_test
