// The server's end of one connection: what HttpServer and HttpConversation share. The server owns
// it, and the conversation that it makes of a request ends before it. One thread: the loop's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/stream.h"
#include "wire/http1.h"

namespace peregrine::net {

struct HttpConnection {
  // The parser takes bodies of any size: whoever reads one bounds it.
  HttpConnection(std::unique_ptr<io::Stream> its_stream, wire::http1::Limits limits);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection() = default;

  // Parses received bytes; those behind the end of a request are kept for the next.
  base::Result<> parse(std::string_view bytes);
  base::Result<> parse_kept();
  // Sends `out` and empties it.
  io::Task<base::Result<>> flush(io::Deadline deadline);

  std::unique_ptr<io::Stream> stream;
  wire::http1::RequestParser parser;
  std::string kept;  // received behind the end of a request, from kept_at on
  size_t kept_at = 0;
  std::string out;      // what is being sent
  bool waiting = true;  // for a request, or for the client's end: nobody minds if it ends now
};

}  // namespace peregrine::net
