// A request and its answer in the hands of a handler that takes and gives bodies piece by piece:
// big uploads and downloads, server-sent events, and connections that become another protocol.
//
//   Task<void> count(HttpConversation& c) {
//     size_t bytes = 0;
//     for (;;) {
//       Result<std::string_view> piece = co_await c.next(c.request().deadline);
//       if (!piece) co_return;                                  // the client is gone, or too slow
//       if (piece->empty()) break;
//       bytes += piece->size();
//     }
//     (void)co_await c.respond(plain_response(200, std::to_string(bytes)), c.request().deadline);
//   }
//
// Memory is bounded: one piece. How many there may be, and how long that takes, is the handler's to
// bound: the server's limits of a request and a body are for whole ones.
//
// A handler that ends without an answer has the server answer 500; one that began an answer and did
// not end it has the connection cut, so that the client knows that something is missing.
//
// One thread: the loop's. Lives as long as the handler's task.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/byte_source.h"
#include "net/http_connection.h"
#include "net/http_server_router.h"

namespace peregrine::net {

class HttpConversation final : public ByteSource {
 public:
  // The server makes it. Bytes are received into `buffer`.
  HttpConversation(HttpConnection& connection, HttpRequest request, std::span<char> buffer);

  // The request; its body is empty.
  const HttpRequest& request() const { return request_; }
  // The same message where it was parsed: its method, target and headers. Valid until the handler
  // ends.
  const wire::Request& head() const { return connection_.parser.message(); }
  // The request's body, if all of it has come; false, and nothing, if not. `into` lends its memory.
  bool take_body(std::string& into);

  // The request's body. A client that waits for "100 Continue" is told to go on first. Fails with
  // Code::closed when the client went away, protocol for what is no body.
  io::Task<base::Result<std::string_view>> next(io::Deadline deadline) override;

  // A whole answer, which lives until this is done. REQUIRES: none was begun (so for begin and
  // upgrade).
  io::Task<base::Result<>> respond(const wire::Response& response, io::Deadline deadline);
  // An answer whose body follows: of `size` bytes, or in chunks. A client that waits to send its
  // own body is told to go on. Fails with Code::invalid for a head that cannot be sent; then
  // another may be begun.
  io::Task<base::Result<>> begin(wire::Response head, std::optional<uint64_t> size,
                                 io::Deadline deadline);
  // A piece of it. REQUIRES: begun, not ended. Fails with Code::invalid for more than `size` bytes.
  io::Task<base::Result<>> write(std::string_view piece, io::Deadline deadline);
  // Nothing more comes. Fails with Code::invalid if that is less than `size` bytes.
  io::Task<base::Result<>> end(io::Deadline deadline);

  // Gives no answer: sends these bytes as they are, if any, and has the connection cut. For whoever
  // plays a server that fails. REQUIRES: none was begun.
  io::Task<base::Result<>> cut(std::string bytes, io::Deadline deadline);

  // Switches protocols: sends `response`, a 101, and lends the stream until the handler ends, with
  // what the client sent behind its request.
  struct Upgraded {
    io::Stream& stream;
    std::string received;
  };
  io::Task<base::Result<Upgraded>> upgrade(wire::Response response, io::Deadline deadline);

  // Nobody minds if this conversation ends when the server stops: its stream is aborted then, and
  // the handler's next wait for it fails. For what would go on for ever.
  void may_be_cut() { connection_.waiting = true; }

  enum class Stage { none, begun, ended, upgraded };
  Stage stage() const { return stage_; }
  // What was wrong with the request's body, if anything.
  const std::optional<base::Error>& broken() const { return broken_; }
  // Whether the connection may carry another request: the answer is whole, the request was read to
  // its end, and neither side wants to close.
  bool keeps() const;

 private:
  void invite();
  base::Result<> append_head(const wire::Response& head, std::optional<uint64_t> size);

  HttpConnection& connection_;
  HttpRequest request_;
  std::span<char> buffer_;
  std::string piece_;
  bool invited_ = false;  // to send the body, or it came by itself
  Stage stage_ = Stage::none;
  bool chunked_ = false;
  bool head_only_ = false;         // the answer to HEAD
  bool wants_to_be_told_ = false;  // that the connection is kept, as HTTP/1.0 clients do
  std::optional<uint64_t> left_;   // bytes that an answer of known size is still missing
  bool keeps_ = true;
  std::optional<base::Error> broken_;
};

}  // namespace peregrine::net
