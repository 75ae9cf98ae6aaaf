#include "io/resolver.h"

#include <gtest/gtest.h>

#include <latch>

#include "io/thread_pool.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;

class ResolverTest : public testing::Test {
 protected:
  std::string resolved(std::string host, base::Duration within = 10s) {
    Result<std::vector<Address>> found =
        loop_->run(resolve(*loop_, std::move(host), 80, loop_->in(within)));
    if (!found) return fmt::format("{}: {}", to_string(found.error().code), found.error().text);
    std::string text;
    for (const Address& address : *found) text += address.to_string() + " ";
    return text;
  }
  std::unique_ptr<Loop> loop_ = *Loop::create();
};

TEST_F(ResolverTest, AddressesAndTheLoopbackNeedNoLookup) {
  EXPECT_EQ(resolved("10.1.2.3", 0ns), "10.1.2.3:80 ");
  EXPECT_EQ(resolved("::1", 0ns), "[::1]:80 ");
  for (const char* name : {"localhost", "LocalHost.", "shop.localhost"}) {
    EXPECT_EQ(resolved(name, 0ns), "127.0.0.1:80 [::1]:80 ") << name;
  }
}

TEST_F(ResolverTest, AsksTheSystem) {
  EXPECT_EQ(resolved("127.1"), "127.0.0.1:80 ");  // only the system's resolver takes this
  const std::string impossible(64, 'a');          // a label has 63 bytes at most
  EXPECT_TRUE(resolved(impossible + ".test").starts_with("not found: cannot resolve 'aaa"))
      << resolved(impossible + ".test");
}

TEST_F(ResolverTest, ALookupEndsAtItsDeadline) {
  const auto go = std::make_shared<std::latch>(1);
  for (size_t i = 0; i < ThreadPoolLimits{}.threads; ++i) {
    ASSERT_TRUE(loop_->pool().post([go] { go->wait(); }));
  }
  EXPECT_EQ(resolved("127.1", 1ms), "timeout: '127.1' was not resolved in time");
  go->count_down();
  EXPECT_EQ(resolved("127.1"), "127.0.0.1:80 ");
}

Task<Result<>> reach(Loop& loop, uint16_t port) {
  CO_TRY(Socket socket, co_await connect_to_host(loop, "localhost", port, loop.in(5s)));
  co_return Result<>{};
}

TEST_F(ResolverTest, TriesTheNextAddressWhenOneRefuses) {
  for (const char* address : {"127.0.0.1", "::1"}) {
    Result<Listener> listener = Listener::open(*loop_, {address, 0, ""});
    if (!listener) continue;  // a machine without IPv6
    EXPECT_TRUE(loop_->run(reach(*loop_, listener->address().port))) << address;
  }
  Result<> refused = loop_->run(reach(*loop_, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "connect to 127.0.0.1:1: Connection refused");
}

}  // namespace
}  // namespace peregrine::io
