// The server's end of one HTTP/2 connection: requests of many streams, answered side by side.
//
// HttpServer makes one where a client speaks HTTP/2. Whoever answers is given whole requests, and
// gives whole answers, or says that the request wants HTTP/1.1. Its task is not ended when the
// client goes away; a request that is not whole in time is answered with 408, one that breaks a
// limit with 413 or 431, and a client that does not take its answers loses the connection.
//
// One thread: the loop's. Held together by those who run it and who answer on it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "io/scope.h"
#include "io/stream.h"
#include "wire/http2.h"

namespace peregrine::net {

class Http2Server : public std::enable_shared_from_this<Http2Server> {
 public:
  struct Limits {
    base::Duration idle{};     // without a request
    base::Duration request{};  // for the oldest that has not come whole
    base::Duration answer{};   // for the client to take something of its answers
    wire::http2::Limits session{};
  };
  // Nothing: it wants HTTP/1.1.
  using Handle = std::function<io::Task<std::optional<wire::Response>>(wire::Request)>;
  // `handling`, where requests are answered, and `buffer`, into which bytes are received and which
  // may be shared, outlive it.
  Http2Server(io::Scope& handling, std::span<char> buffer, Handle handle, Limits limits);
  Http2Server(const Http2Server&) = delete;
  Http2Server& operator=(const Http2Server&) = delete;

  // Speaks until the connection ends and all requests are answered; `begun` was received already.
  // REQUIRES: the stream stays until the task has ended.
  io::Task<void> run(io::Stream& stream, std::string begun);
  // Takes no further requests, and ends when those that have come are answered.
  void stop();

 private:
  struct Handling;
  io::Task<void> read(io::Stream& stream, std::string begun);
  io::Task<void> write(io::Stream& stream);
  io::Task<void> linger(io::Stream& stream);
  io::Task<void> answer(std::shared_ptr<Http2Server> self, wire::http2::Incoming& incoming);
  bool take(std::string_view bytes);
  void begin_answers();
  void give(wire::http2::Incoming& incoming, wire::Response response);
  io::Deadline patience();
  bool goes_on();

  io::Scope& handling_;
  std::span<char> buffer_;
  Handle handle_;
  Limits limits_;
  wire::http2::ServerSession session_;
  std::string out_;                   // what is being sent
  size_t answering_ = 0;              // requests that somebody works on
  wire::http2::StreamId oldest_ = 0;  // that has not come whole
  io::Deadline whole_by_{};           // that one
  base::Instant active_{};            // something came, or was answered, the last time
  bool read_ended_ = false;
  bool failed_ = false;  // the client broke the protocol
  io::Signal output_;    // there is something to send, or the reading has ended
  io::Signal changed_;   // a request was answered, or the reading has ended
};

}  // namespace peregrine::net
