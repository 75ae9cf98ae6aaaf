// One request and its answer over one stream, both bodies piece by piece: for what is too large to
// be whole in memory, for what never ends (server-sent events), and for what becomes another
// protocol (WebSocket). HttpClient is for everything else.
//
//   CO_TRY(auto exchange, co_await HttpExchange::open(connector, origin, request, &upload, limits,
//                                                     deadline));
//   … exchange->head().status …
//   for (;;) {
//     CO_TRY(std::string_view piece, co_await exchange->next(deadline));
//     if (piece.empty()) break;
//   }
//
// The answer is read while the request is still being sent, so a server that answers early, with a
// 413 for example, is understood; what it did not want is then not sent on. Memory is bounded: a
// piece in each direction.
//
// One thread: the loop's. Ending an exchange closes its stream.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/scope.h"
#include "io/stream.h"
#include "net/answer_source.h"
#include "net/connector.h"
#include "wire/http1.h"

namespace peregrine::net {

struct HttpExchangeLimits {
  wire::http1::Limits message{};  // its body apart
  uint64_t body = UINT64_MAX;     // bytes of the answer
};

class HttpExchange final : public AnswerSource {
 public:
  // Connects, then begins; over HTTP/1.1, whatever the origin says. Sets Host if the request has
  // none.
  static io::Task<base::Result<std::unique_ptr<HttpExchange>>> open(
      Connector& connector, Origin origin, wire::Request request, ByteSource* body,
      HttpExchangeLimits limits, io::Deadline deadline);
  // Sends the request, and gives the exchange when the head of the answer is there. Its body is
  // `body`, which outlives the exchange, with a length if that is known and else in chunks; or, if
  // that is null, the request's own. The deadline is for the answer's head, and for all of the
  // request. Fails with Code::timeout, closed, protocol or limit (the answer), invalid (the request
  // cannot be sent), and as `body` does.
  static io::Task<base::Result<std::unique_ptr<HttpExchange>>> begin(
      std::unique_ptr<io::Stream> stream, wire::Request request, ByteSource* body,
      HttpExchangeLimits limits, io::Deadline deadline);

  io::Loop& loop() { return sending_.loop(); }
  const wire::Response& head() const override { return head_; }
  // The pieces of the answer's body. A deadline that passes loses nothing: it may be asked again.
  io::Task<base::Result<std::string_view>> next(io::Deadline deadline) override;
  // What Content-Length says.
  std::optional<uint64_t> size() const override { return size_; }

  // The stream, when the answer is complete and may be followed by another request; else null.
  std::unique_ptr<io::Stream> take_reusable();

  // The stream after "101 Switching Protocols", with what came behind the answer.
  struct Upgraded {
    std::unique_ptr<io::Stream> stream;
    std::string received;
  };
  // REQUIRES: head().status == 101. The exchange is over then.
  Upgraded take_upgraded();

 private:
  HttpExchange(std::unique_ptr<io::Stream> stream, std::string_view method,
               HttpExchangeLimits limits);

  io::Task<void> send(ByteSource* body, bool chunked, io::Deadline deadline);
  io::Task<base::Result<>> send_body(ByteSource& body, bool chunked, io::Deadline deadline);
  io::Task<base::Result<>> receive(io::Deadline deadline);
  std::unexpected<base::Error> failed(base::Error error) const;

  std::unique_ptr<io::Stream> stream_;
  HttpExchangeLimits limits_;
  wire::http1::ResponseParser parser_;
  std::string behind_;  // what came behind the answer
  wire::Response head_{};
  std::optional<uint64_t> size_;
  std::string piece_;
  uint64_t given_ = 0;  // bytes of the body

  std::string out_;                      // what is being sent
  bool sent_ = false;                    // all of the request
  std::optional<base::Error> not_sent_;  // why not
  io::Scope sending_;                    // last: its task uses the above
};

}  // namespace peregrine::net
