// One request and its answer over HTTP/2, the answer's body piece by piece: for what never ends
// (server-sent events). It has its connection to itself. HttpExchange is the same over HTTP/1.1,
// HttpClient is for everything else.
//
// Pieces that nobody takes are kept up to the limit of a body. One thread: the loop's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/answer_source.h"
#include "net/http2_client.h"

namespace peregrine::net {

class Http2Exchange final : public AnswerSource {
 public:
  // Sends the request over the stream, which speaks HTTP/2. Fails with Code::timeout, closed (the
  // connection, or the stream was reset), protocol or limit (the answer), invalid (the request
  // cannot be sent). `wants_http1`: the server takes it over HTTP/1.1 only.
  static io::Task<base::Result<std::unique_ptr<Http2Exchange>>> begin(
      std::unique_ptr<io::Stream> stream, const Origin& origin, wire::Request request,
      io::Deadline deadline, bool& wants_http1);
  ~Http2Exchange() override;

  const wire::Response& head() const override { return head_; }
  // The pieces of the answer's body. A deadline that passes loses nothing: it may be asked again.
  io::Task<base::Result<std::string_view>> next(io::Deadline deadline) override;

 private:
  struct Waiting;
  Http2Exchange(std::unique_ptr<io::Stream> stream, wire::Request request);

  io::Loop& loop_;
  std::vector<char> buffer_;
  Http2Client client_;  // reads into the buffer
  const wire::Request request_;
  wire::Response answer_{};  // its body is what nobody has taken
  wire::Response head_{};
  std::string piece_;
  std::unique_ptr<Waiting> call_;  // last: it ends before all that it uses
};

}  // namespace peregrine::net
