// TCP and Unix sockets on the loop. A Socket or Listener owns its descriptor and closes it; the
// file of a Unix socket is its owner's to remove. One thread: the loop's.
#pragma once

#include <memory>
#include <string>

#include "io/stream.h"

namespace peregrine::io {

// Where a socket listens or connects to.
struct Address {
  std::string host;  // an IPv4 or IPv6 address in text; empty for a Unix socket
  uint16_t port = 0;
  std::string path;  // of a Unix socket

  std::string to_string() const;
};

// Whether this is an IPv4 or IPv6 address in text, and so no name.
bool is_address(const std::string& host);

class Socket final : public Stream {
 public:
  // Fails with Code::invalid for what is no address, refused, timeout, or as the system says; a
  // name is resolver.h's.
  static Task<base::Result<Socket>> connect(Loop& loop, Address to, Deadline deadline);
  // Takes a connected, non-blocking descriptor.
  Socket(Loop& loop, int fd) : watch_(std::make_unique<Watch>(loop, fd)) {}
  Socket(Socket&&) = default;
  Socket& operator=(Socket&&) = default;

  Task<base::Result<size_t>> receive(std::span<char> into, Deadline deadline) override;
  size_t send_now(std::string_view bytes) override;
  Task<base::Result<>> send(std::string_view bytes, Deadline deadline) override;
  Task<base::Result<>> finish_sending(Deadline deadline) override;
  void abort() override;
  bool is_quiet() const override;
  bool seems_quiet() const override {
    return (!watch_->can_read && !watch_->hung_up) || is_quiet();
  }
  Loop& loop() override { return watch_->loop(); }

 private:
  std::unique_ptr<Watch> watch_;
};

class Listener {
 public:
  // Port 0 takes a free one; address() then says which. Fails with Code::invalid for what is no
  // address, or as the system says.
  static base::Result<Listener> open(Loop& loop, const Address& at);

  // One task at a time. Others get their turn however fast connections come.
  Task<base::Result<Socket>> accept(Deadline deadline);
  const Address& address() const { return address_; }
  Loop& loop() { return watch_->loop(); }

 private:
  Listener(Loop& loop, int fd, Address address)
      : watch_(std::make_unique<Watch>(loop, fd)), address_(std::move(address)) {}

  std::unique_ptr<Watch> watch_;
  Address address_;
};

}  // namespace peregrine::io
