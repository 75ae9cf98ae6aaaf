#include "io/socket.h"

#include <gtest/gtest.h>

#include <vector>

#include "io/scope.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Result;

Task<void> accept_all(Listener& listener, size_t& accepted) {
  while (co_await listener.accept(listener.loop().in(50ms))) ++accepted;
}

Task<void> note_how_many(const size_t& accepted, size_t& seen) {
  seen = accepted;
  co_return;
}

Task<Result<size_t>> accepted_before_others(Loop& loop, size_t connections) {
  CO_TRY(Listener listener, Listener::open(loop, {"127.0.0.1", 0, ""}));
  std::vector<Socket> sockets;
  for (size_t i = 0; i < connections; ++i) {
    CO_TRY(Socket socket, co_await Socket::connect(loop, listener.address(), loop.in(5s)));
    sockets.push_back(std::move(socket));
  }
  size_t accepted = 0;
  size_t seen = 0;
  Scope scope(loop);
  scope.spawn(accept_all(listener, accepted));
  scope.spawn(note_how_many(accepted, seen));
  CO_TRY_OK(co_await scope.join(loop.in(5s)));
  EXPECT_EQ(accepted, connections);
  co_return seen;
}

TEST(ListenerTest, ConnectionsThatWaitKeepNoOtherTaskWaiting) {
  const std::unique_ptr<Loop> loop = *Loop::create();
  Result<size_t> seen = loop->run(accepted_before_others(*loop, 3 * kBusyReads));
  ASSERT_TRUE(seen) << seen.error().to_string();
  EXPECT_LE(*seen, kBusyReads);
}

}  // namespace
}  // namespace peregrine::io
