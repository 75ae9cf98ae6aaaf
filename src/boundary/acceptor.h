// A listener whose connections are served side by side, each in a task of its own.
//
// When as many are served as may be, or no descriptor is free, further ones wait in the kernel's
// queue. One thread: the loop's, which outlives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "io/loop.h"
#include "io/scope.h"
#include "io/socket.h"

namespace peregrine::boundary {

class Acceptor {
 public:
  // Serves a connection to its end; connections are counted from 1. What it refers to outlives the
  // acceptor, which is therefore the last member of its owner.
  using Serve = std::function<io::Task<void>(io::Socket client, uint64_t number)>;

  // Accepts from now on, and serves at most `most` at a time.
  Acceptor(io::Loop& loop, io::Listener listener, size_t most, Serve serve);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;
  // Ends all connections.
  ~Acceptor();

  const io::Address& address() const { return listener_.address(); }
  // Those that are being served.
  size_t connections() const { return connections_.running(); }

 private:
  io::Task<void> accept_all();

  io::Loop& loop_;
  io::Listener listener_;
  const size_t most_;
  const Serve serve_;
  uint64_t last_number_ = 0;
  // Last, so that they end first: their tasks use all of the above.
  io::Scope connections_;
  io::Scope accepting_;
};

}  // namespace peregrine::boundary
