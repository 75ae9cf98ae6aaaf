#include "net/http_connection.h"

#include <limits>
#include <utility>

namespace peregrine::net {

using base::Result;
using io::Deadline;
using io::Task;

namespace {

wire::http1::Limits without_body(wire::http1::Limits limits) {
  limits.body = std::numeric_limits<size_t>::max();
  return limits;
}

}  // namespace

HttpConnection::HttpConnection(std::unique_ptr<io::Stream> its_stream, wire::http1::Limits limits)
    : stream(std::move(its_stream)), parser(without_body(limits)) {}

Result<> HttpConnection::parse(std::string_view bytes) {
  TRY(const size_t used, parser.feed(bytes));
  kept.assign(bytes.substr(used));
  kept_at = 0;
  return {};
}

Result<> HttpConnection::parse_kept() {
  TRY(const size_t used, parser.feed(std::string_view(kept).substr(kept_at)));
  kept_at += used;
  return {};
}

Task<Result<>> HttpConnection::flush(Deadline deadline) {
  Result<> sent = co_await stream->send(out, deadline);
  out.clear();
  co_return sent;
}

}  // namespace peregrine::net
