#include "boundary/acceptor.h"

#include <utility>

namespace peregrine::boundary {

using base::Result;
using io::Deadline;
using io::Task;

namespace {

// Before it is looked again whether another may be accepted.
constexpr base::Duration kPause = std::chrono::milliseconds(20);

}  // namespace

Acceptor::Acceptor(io::Loop& loop, io::Listener listener, size_t most, Serve serve)
    : loop_(loop),
      listener_(std::move(listener)),
      most_(most),
      serve_(std::move(serve)),
      connections_(loop),
      accepting_(loop) {
  accepting_.spawn(accept_all());
}

Acceptor::~Acceptor() = default;

Task<void> Acceptor::accept_all() {
  for (;;) {
    if (connections_.running() >= most_) {
      if (!co_await loop_.sleep(kPause)) co_return;
      continue;
    }
    Result<io::Socket> client = co_await listener_.accept(Deadline::never());
    if (client) {
      connections_.spawn(serve_(*std::move(client), ++last_number_));
    } else if (!co_await loop_.sleep(kPause)) {
      co_return;
    }
  }
}

}  // namespace peregrine::boundary
