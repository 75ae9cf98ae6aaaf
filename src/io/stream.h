// A byte stream with two directions: what protocols are spoken over. A TCP or Unix socket
// (socket.h) and one end of a pair in memory (memory_stream.h) are streams.
//
// At most one task receives and at most one other sends at a time; they may do it at once. After a
// failed send nobody knows how much of it left, so no more is sent; what the other side said before
// may still be received. Ending a stream (its destructor) closes both directions; nobody waits on
// it any more then.
//
// One thread: the loop's. Streams end before their loop.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/loop.h"
#include "io/task.h"

namespace peregrine::io {

class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  // Bytes received, 0 at the end of the stream. Waits for the first byte only. A receive that was
  // given up has taken no bytes. Tasks that use what came before they wait again may share a
  // buffer. REQUIRES: `into` is not empty and stays until the task has ended.
  virtual Task<base::Result<size_t>> receive(std::span<char> into, Deadline deadline) = 0;
  // Sends what can be sent without waiting: how many bytes that was. None, too, where it cannot be
  // known or has failed: send() says more. What it did not take is what is sent next.
  virtual size_t send_now(std::string_view) { return 0; }
  // Sends all of it. REQUIRES: `bytes` stay until the task has ended.
  virtual Task<base::Result<>> send(std::string_view bytes, Deadline deadline) = 0;
  // No more will be sent; the other side sees the end of the stream behind what was sent.
  virtual Task<base::Result<>> finish_sending(Deadline deadline) = 0;
  // Both directions end at once, also for a task that waits on this stream.
  virtual void abort() = 0;

  // Nothing has come that was not received yet, neither bytes nor the end. A connection that was
  // set aside may be used again only if this holds.
  virtual bool is_quiet() const = 0;
  // The same as far as the loop has been told, which is cheaper to ask.
  virtual bool seems_quiet() const { return is_quiet(); }
  // What was agreed to be spoken over it, by ALPN (RFC 7301): "h2". Empty if nothing was.
  virtual std::string protocol() const { return {}; }
  virtual Loop& loop() = 0;

 protected:
  Stream(Stream&&) = default;
  Stream& operator=(Stream&&) = default;
};

}  // namespace peregrine::io
