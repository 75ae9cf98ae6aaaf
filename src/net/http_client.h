// An HTTP client, over TLS for https, that keeps its connections. It speaks HTTP/1.1, and HTTP/2
// where Origin::http says so; the rest of this is about HTTP/1.1, http2_pool.h about the other.
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
// error. To make that rare a kept connection that has waited is looked at before a request that may
// not be repeated is sent on it; for others what the loop was told of it is enough.
//
// Where many clients speak at the same time, each for a user with connections of his own, they
// share the memory that a call needs while it is under way: a client made from another costs no
// more than the connections it keeps.
//
// One thread: the loop's. The client outlives the sends it was asked for, the loop the client.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/loop.h"
#include "io/stream.h"
#include "net/connector.h"
#include "net/http2_pool.h"
#include "net/http_call.h"
#include "wire/http1.h"

namespace peregrine::net {

struct HttpClientLimits {
  size_t idle_per_origin = 64;
  size_t idle_connections = 1024;
  size_t origins = 1024;  // of which anything is kept
  // Shorter than any server in common use keeps a connection without a request.
  base::Duration idle_for = std::chrono::seconds(1);
  wire::http1::Limits message{};
  // Bytes of the bodies that are being received over HTTP/1.1 at the same time, of all clients that
  // share their memory.
  size_t bodies = SIZE_MAX;
  // Requests under way on one HTTP/2 connection; the server may allow less. With 1 each has a
  // connection for itself, as over HTTP/1.1.
  size_t http2_streams = 100;
};

class HttpClient {
 public:
  // Over the network, https included, by the system's authorities.
  explicit HttpClient(io::Loop& loop, HttpClientLimits limits = {});
  // `connector` outlives the client.
  HttpClient(io::Loop& loop, Connector& connector, HttpClientLimits limits = {});
  // Of another user: with connections of its own, and the limits and the memory of `other`, which
  // it outlives if need be. The connector is the same.
  enum class OtherUser { of };
  HttpClient(OtherUser, const HttpClient& other);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // A request to fill in: GET / as it comes.
  HttpCall call();

  // Sends the call's request and waits for the whole answer, whatever its status. Sets Host if the
  // request has none, and Content-Length. The answer is read while a large request is still sent: a
  // server may answer before it has read it all. REQUIRES: `call` and `origin` stay until the task
  // has ended.
  //
  // Fails with Code::timeout (the sentence says what was waited for), closed, refused, not_found
  // (the host), protocol or limit (the answer), invalid (the request cannot be sent), and as
  // the connector does: refused for a certificate that is not accepted.
  io::Task<base::Result<>> send(HttpCall& call, const Origin& origin, io::Deadline deadline);
  // The same for a single request.
  io::Task<base::Result<wire::Response>> send(Origin origin, wire::Request request,
                                              io::Deadline deadline);

  // Connections that wait for a request.
  size_t idle() const;
  void close_idle();

 private:
  friend class HttpCall;
  struct Exchange;
  using Stream = std::unique_ptr<io::Stream>;
  struct Idle {
    Stream stream;
    base::Instant since;
  };
  struct Peer {
    std::string host;        // what Host says of it
    std::vector<Idle> idle;  // the most recently used last
    size_t calls = 0;        // under way
    std::unique_ptr<Http2Pool> http2{};
  };

  Peer& peer(const Origin& origin);
  // Null with the answer in its place, or a connection for HTTP/1.1.
  io::Task<base::Result<Stream>> send_http2(Exchange& exchange);
  io::Task<base::Result<Stream>> connect(const Exchange& exchange);
  io::Task<base::Result<>> carry_out(Stream stream, Exchange& exchange);
  static io::Task<void> send_beside(io::Stream& stream, Exchange& exchange);
  static io::Task<base::Result<>> send_in_two(io::Stream& stream, const Exchange& exchange);
  base::Result<> take(std::string_view bytes, Exchange& exchange);
  base::Result<> hold(Exchange& exchange);
  Stream take_idle(Peer& peer, bool repeatable);
  void keep(Peer& peer, Stream stream);
  void drop_expired();
  void give_back(std::unique_ptr<HttpCall::Memory> memory);

  // What the clients of many users have in common.
  struct Shared {
    HttpClientLimits limits;
    std::unique_ptr<Connector> own_connector;
    Connector& connector;
    // Bytes are parsed in the turn in which they are received, so one buffer serves all.
    std::vector<char> buffer;
    std::vector<std::unique_ptr<HttpCall::Memory>> spare;  // of calls that have ended
    size_t bodies = 0;                                     // bytes of those that are being received
  };

  io::Loop& loop_;
  std::shared_ptr<Shared> shared_;
  std::map<Origin, Peer> peers_;
  size_t idle_count_ = 0;
};

}  // namespace peregrine::net
