// A pair of streams inside the process: what one end sends the other receives. For tests and for
// simulations, where there is no kernel between two sides.
//
//   auto [client, server] = MemoryStream::pair(loop);
//
// It behaves as TCP does where protocols notice: a direction holds a bounded number of bytes and
// then makes the sender wait; an end that is destroyed with bytes unread resets the connection, and
// takes with it what the other side had not received yet. On a simulated loop a receive gives any
// part of what is there.
#pragma once

#include <memory>
#include <utility>

#include "io/stream.h"

namespace peregrine::io {

class MemoryStream final : public Stream {
 public:
  static constexpr size_t kCapacity = size_t{64} * 1024;

  // The two ends. Each direction holds at most `capacity` bytes. REQUIRES: capacity > 0.
  static std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>> pair(
      Loop& loop, size_t capacity = kCapacity);
  ~MemoryStream() override;

  Task<base::Result<size_t>> receive(std::span<char> into, Deadline deadline) override;
  Task<base::Result<>> send(std::string_view bytes, Deadline deadline) override;
  Task<base::Result<>> finish_sending(Deadline deadline) override;
  void abort() override;
  bool is_quiet() const override;
  Loop& loop() override { return loop_; }

 private:
  struct Pipe;
  MemoryStream(Loop& loop, std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out);

  Loop& loop_;
  std::shared_ptr<Pipe> in_;
  std::shared_ptr<Pipe> out_;
};

}  // namespace peregrine::io
