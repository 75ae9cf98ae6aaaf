// An answer to a request over HTTP whose body comes piece by piece, over either version.
#pragma once

#include <memory>

#include "base/result.h"
#include "net/byte_source.h"
#include "net/connector.h"
#include "wire/http_message.h"

namespace peregrine::net {

// Ending it ends the request.
class AnswerSource : public ByteSource {
 public:
  // Status, reason and headers of the answer; no body.
  virtual const wire::Response& head() const = 0;
};

// Sends a request over a connection of its own, and gives the answer when its head is there: over
// HTTP/2 where the origin says so, or lets the server choose and that one chooses it. The deadline
// is for the answer's head. Fails as HttpExchange::open() and Http2Exchange::begin() do.
io::Task<base::Result<std::unique_ptr<AnswerSource>>> open_answer(Connector& connector,
                                                                  Origin origin,
                                                                  wire::Request request,
                                                                  io::Deadline deadline);

}  // namespace peregrine::net
