#include "net/answer_source.h"

#include <utility>

#include "net/http2_exchange.h"
#include "net/http_exchange.h"

namespace peregrine::net {

using base::Result;
using io::Task;

namespace {

Task<Result<std::unique_ptr<AnswerSource>>> open_http1(Connector& connector, Origin origin,
                                                       wire::Request request,
                                                       io::Deadline deadline) {
  CO_TRY(auto exchange, co_await HttpExchange::open(connector, std::move(origin),
                                                    std::move(request), nullptr, {}, deadline));
  co_return std::move(exchange);
}

}  // namespace

// A server that chooses HTTP/1.1, or wants it for this request, is asked over another connection:
// what was agreed on this one is HTTP/2, or was said to a server that does not speak it.
Task<Result<std::unique_ptr<AnswerSource>>> open_answer(Connector& connector, Origin origin,
                                                        wire::Request request,
                                                        io::Deadline deadline) {
  if (origin.http == Http::one) {
    co_return co_await open_http1(connector, std::move(origin), std::move(request), deadline);
  }
  CO_TRY(std::unique_ptr<io::Stream> stream, co_await connector.connect(origin, deadline));
  CO_TRY(const bool http2, speaks_http2(origin, *stream));
  if (http2) {
    bool wants_http1 = false;
    auto exchange =
        co_await Http2Exchange::begin(std::move(stream), origin, request, deadline, wants_http1);
    if (exchange) co_return *std::move(exchange);
    if (!wants_http1 || origin.http == Http::two) co_return std::unexpected(exchange.error());
  }
  co_return co_await open_http1(connector, std::move(origin), std::move(request), deadline);
}

}  // namespace peregrine::net
