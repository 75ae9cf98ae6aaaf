// An HTTP/1.1 client, over TLS for https, that keeps its connections.
//
// A connection is used for one request at a time. When the answer is complete and both sides keep
// the connection alive, it waits for the next request to the same origin, for at most
// HttpClientLimits::idle_for; `Connection: close` in a request or response ends it.
//
// Repeating a request. A server may close a kept connection at the moment when the next request is
// on its way. Such a request is sent once more, on a fresh connection, if all of this holds:
//   - the connection had been used before, so that its end can be the server's housekeeping;
//   - it was closed or reset before any byte of an answer;
//   - the method is idempotent (RFC 9110 section 9.2.2: GET, HEAD, OPTIONS, TRACE, PUT, DELETE),
//     or the connection was gone before the whole request had been handed to it.
// A POST that was sent whole may have been carried out: it is never sent twice, the caller gets the
// error. To make that rare a kept connection is looked at before it is used again.
//
// One thread: the loop's. The client outlives the sends it was asked for, the loop the client.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/loop.h"
#include "io/stream.h"
#include "net/connector.h"
#include "wire/http1.h"

namespace peregrine::net {

struct HttpClientLimits {
  size_t idle_per_origin = 64;
  size_t idle_connections = 1024;
  // Shorter than any server in common use keeps a connection without a request.
  base::Duration idle_for = std::chrono::seconds(1);
  wire::http1::Limits message{};
};

class HttpClient {
 public:
  // Over the network, https included, by the system's authorities.
  explicit HttpClient(io::Loop& loop, HttpClientLimits limits = {});
  // `connector` outlives the client.
  HttpClient(io::Loop& loop, Connector& connector, HttpClientLimits limits = {});
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Sends the request and waits for the whole answer, whatever its status. Sets Host if the request
  // has none, and Content-Length. The request is sent whole before the answer is read, so a server
  // that answers more than the kernel buffers before it has read the request ends in a timeout.
  //
  // Fails with Code::timeout (the sentence says what was waited for), closed, refused, not_found
  // (the host), protocol or limit (the answer), invalid (the request cannot be sent), and as
  // the connector does: refused for a certificate that is not accepted.
  io::Task<base::Result<wire::Response>> send(Origin origin, wire::Request request,
                                              io::Deadline deadline);

  // Connections that wait for a request.
  size_t idle() const { return idle_count_; }
  void close_idle();

 private:
  struct Call;
  using Stream = std::unique_ptr<io::Stream>;
  struct Idle {
    Stream stream;
    base::Instant since;
  };

  io::Task<base::Result<Stream>> connect(const Call& call);
  io::Task<base::Result<wire::Response>> exchange(Stream stream, Call& call);
  io::Task<base::Result<>> receive_answer(io::Stream& stream, Call& call);
  Stream take_idle(const Origin& origin);
  void keep(const Origin& origin, Stream stream);
  void drop_expired();

  io::Loop& loop_;
  std::unique_ptr<Connector> own_connector_;
  Connector& connector_;
  HttpClientLimits limits_;
  std::map<Origin, std::deque<Idle>> idle_;  // the most recently used last
  size_t idle_count_ = 0;
  // Bytes are parsed in the turn in which they are received, so one buffer serves all connections.
  std::vector<char> buffer_;
};

}  // namespace peregrine::net
