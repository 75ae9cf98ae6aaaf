// Messages between two processes of this program over a socket of theirs, each with its length
// before it:
//
//   length (4 bytes, of this machine's order) │ message
//
// One thread: the loop's. At most one task receives and at most one other sends at a time.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "io/socket.h"

namespace peregrine::io {

class Channel {
 public:
  static constexpr size_t kLongest = 16 << 20;

  // Takes a connected, non-blocking descriptor.
  Channel(Loop& loop, int fd) : socket_(loop, fd) {}

  // Fails with Code::limit, and sends nothing, for one that is longer than kLongest. After any
  // other failure nothing more is sent.
  Task<base::Result<>> send(std::string message, Deadline deadline);
  // The next one; nothing at the end of the other side. Fails with Code::protocol for what is no
  // message, and with Code::closed for one that was cut. One that was given up can be had later.
  Task<base::Result<std::optional<std::string>>> receive(Deadline deadline);

 private:
  base::Result<std::optional<std::string>> take();

  Socket socket_;
  std::string come_;  // not taken yet, from taken_ on
  size_t taken_ = 0;
};

}  // namespace peregrine::io
