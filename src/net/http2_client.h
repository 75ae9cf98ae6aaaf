// A client's connection that speaks HTTP/2: many requests under way at once over one stream.
//
//   Http2Client::Progress progress;
//   Result<> answered = co_await connection.send(request, to, into, deadline, progress);
//
// One task reads. What several senders want to say within a turn of the loop leaves as one write; a
// sender that is alone, and was before, writes at once. A request whose task ends, at its deadline
// for example, resets its stream and disturbs no other.
//
// HttpClient uses it where the origin's Http says so. One thread: the loop's.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/scope.h"
#include "io/stream.h"
#include "net/http_call.h"
#include "wire/http2.h"

namespace peregrine::net {

class Http2Client {
 public:
  // Speaks at once. Bytes are parsed in the turn in which they are received into `buffer`, which
  // outlives the connection and may be shared.
  Http2Client(std::unique_ptr<io::Stream> stream, wire::http2::Limits limits,
              std::span<char> buffer);
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;
  // Closes it. REQUIRES: no request is under way.
  ~Http2Client();

  // Further requests that it takes now: none when it has ended or is about to, nor after a deadline
  // that passed without a sign of the server, or an answer of which too much came: more may come.
  size_t room() const { return ended_ || shunned_ ? 0 : session_.room(); }
  size_t calls() const { return session_.open(); }
  // Whether it has brought an answer.
  bool used() const { return used_; }

  // Of whom the request is asked.
  struct Target {
    std::string_view scheme;
    std::string_view authority;
  };
  // How far a request came.
  struct Progress {
    bool sent = false;     // all of it was handed to the connection
    bool started = false;  // something of the answer came
    // Why it failed: it was not carried out; the connection ended; it is to be asked by HTTP/1.1.
    bool unprocessed = false;
    bool lost = false;
    bool wants_http1 = false;
  };
  // Sends a request and waits for the whole answer. `last_byte` says when the last of its body may
  // go, or all of a request that has none; null: it goes with the others. REQUIRES: all that is
  // given stays until the task has ended.
  //
  // Fails with Code::timeout, closed (the connection, or the stream was reset), protocol or limit
  // (the answer), invalid (the request cannot be sent).
  io::Task<base::Result<>> send(const wire::Request& request, Target to, wire::Response& into,
                                io::Deadline deadline, Progress& progress,
                                LastByte* last_byte = nullptr);
  // Sends a request, and leaves it to its call to hear of the answer. Fails as
  // ClientSession::send(). REQUIRES: what is given stays until the call has ended, and the call
  // ends before this.
  base::Result<> begin(wire::http2::Call& call, const wire::Request& request, Target to,
                       wire::Response& into);
  // A call has ended before its answer came: the server is told.
  void give_up() { flush_soon(); }

 private:
  struct Waiting;

  io::Task<base::Result<>> release(Waiting& call, LastByte& last_byte, io::Deadline deadline);
  io::Task<void> read();
  io::Task<void> write();
  void flush_soon();
  void flush();
  void end(base::Error why);

  std::unique_ptr<io::Stream> stream_;
  wire::http2::ClientSession session_;
  std::span<char> buffer_;
  std::string out_;       // what is being sent
  bool writing_ = false;  // the task that writes waits for the stream
  bool ended_ = false;
  bool shunned_ = false;
  bool used_ = false;
  size_t crowd_ = 0;       // calls under way when something came the last time
  base::Instant heard_{};  // of the server, the last time
  io::Signal output_;      // there is something to send, or the connection has ended
  io::Signal gone_;        // what was being sent has left, or never will
  io::Scope tasks_;        // last: they use the above
};

}  // namespace peregrine::net
