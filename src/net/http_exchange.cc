#include "net/http_exchange.h"

#include <charconv>
#include <limits>
#include <utility>

#include "base/check.h"
#include "net/receive_buffer.h"

namespace peregrine::net {

using base::Code;
using base::Error;
using base::fail;
using base::Result;
using io::Deadline;
using io::Stream;
using io::Task;
using wire::Request;
using wire::http1::Framing;

namespace {

// The body is drained after each piece, so that a limit of its whole is ours to hold.
wire::http1::Limits without_body(wire::http1::Limits limits) {
  limits.body = std::numeric_limits<size_t>::max();
  return limits;
}

std::optional<uint64_t> declared_size(const wire::Headers& headers) {
  const auto text = headers.find("Content-Length");
  if (!text) return std::nullopt;
  uint64_t size = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), size);
  if (error != std::errc()) return std::nullopt;
  return size;
}

}  // namespace

HttpExchange::HttpExchange(std::unique_ptr<Stream> stream, std::string_view method,
                           HttpExchangeLimits limits)
    : stream_(std::move(stream)),
      limits_(limits),
      parser_(method, without_body(limits.message)),
      sending_(stream_->loop()) {}

Task<Result<std::unique_ptr<HttpExchange>>> HttpExchange::open(Connector& connector, Origin origin,
                                                               Request request, ByteSource* body,
                                                               HttpExchangeLimits limits,
                                                               Deadline deadline) {
  origin.http = Http::one;
  if (!request.headers.find("Host")) {
    request.headers.add_first("Host", origin.authority());
  }
  const std::string what =
      fmt::format("{} {} to {}", request.method, request.target, origin.to_string());
  Result<std::unique_ptr<Stream>> stream = co_await connector.connect(origin, deadline);
  if (!stream) co_return base::because(std::move(stream).error(), what);
  auto exchange = co_await begin(*std::move(stream), std::move(request), body, limits, deadline);
  if (!exchange) co_return base::because(std::move(exchange).error(), what);
  co_return exchange;
}

Task<Result<std::unique_ptr<HttpExchange>>> HttpExchange::begin(std::unique_ptr<Stream> stream,
                                                                Request request, ByteSource* body,
                                                                HttpExchangeLimits limits,
                                                                Deadline deadline) {
  std::unique_ptr<HttpExchange> self(new HttpExchange(std::move(stream), request.method, limits));
  const std::optional<uint64_t> size = body ? body->size() : std::nullopt;
  if (!body) {
    CO_TRY_OK(wire::http1::append(self->out_, request));
  } else {
    const Framing framing =
        size ? Framing{Framing::Kind::length, *size} : Framing{Framing::Kind::chunked, 0};
    CO_TRY_OK(wire::http1::append_head(self->out_, request, framing));
  }
  self->sending_.spawn(self->send(body, !size, deadline));
  while (!self->parser_.head_done()) CO_TRY_OK(co_await self->receive(deadline));
  const wire::Response& answer = self->parser_.message();
  // The stream is taken over then: nobody may be sending on it any more.
  if (answer.status == 101) CO_TRY_OK(co_await self->sending_.join(deadline));
  self->head_ = {.status = answer.status, .reason = answer.reason, .headers = answer.headers};
  self->size_ = declared_size(answer.headers);
  co_return std::move(self);
}

// What fails here is told where the answer is received: there may be one all the same.
Task<void> HttpExchange::send(ByteSource* body, bool chunked, Deadline deadline) {
  Result<> sent = co_await stream_->send(out_, deadline);
  if (sent && body) sent = co_await send_body(*body, chunked, deadline);
  sent_ = sent.has_value();
  if (sent_) co_return;
  not_sent_ = std::move(sent).error();
  // A server that went away may have answered before.
  if (not_sent_->code != Code::closed) stream_->abort();
}

Task<Result<>> HttpExchange::send_body(ByteSource& body, bool chunked, Deadline deadline) {
  uint64_t left = body.size().value_or(0);
  for (;;) {
    CO_TRY(const std::string_view piece, co_await body.next(deadline));
    if (!chunked && piece.size() > left) {
      co_return fail(Code::invalid, "the body is longer than it said");
    }
    left -= chunked ? 0 : piece.size();
    out_.clear();
    if (chunked) {
      piece.empty() ? wire::http1::append_last_chunk(out_) : wire::http1::append_chunk(out_, piece);
    } else {
      out_.append(piece);
    }
    CO_TRY_OK(co_await stream_->send(out_, deadline));
    if (!piece.empty()) continue;
    if (left > 0) co_return fail(Code::invalid, "the body is shorter than it said");
    co_return Result<>{};
  }
}

Task<Result<>> HttpExchange::receive(Deadline deadline) {
  Result<size_t> size = co_await stream_->receive(receive_buffer(), deadline);
  if (!size) co_return failed(std::move(size).error());
  if (*size == 0) {
    Result<> end = parser_.finish();
    if (!end) co_return failed(std::move(end).error());
    co_return end;
  }
  const std::string_view came(receive_buffer().data(), *size);
  CO_TRY(const size_t used, parser_.feed(came));
  behind_.append(came.substr(used));
  co_return Result<>{};
}

// The first cause: a stream that we have ended ourselves says no more than that.
std::unexpected<Error> HttpExchange::failed(Error error) const {
  if (not_sent_ && not_sent_->code != Code::closed) return std::unexpected(*not_sent_);
  return std::unexpected(std::move(error));
}

Task<Result<std::string_view>> HttpExchange::next(Deadline deadline) {
  for (;;) {
    base::check(stream_ != nullptr, "an exchange is read after its stream was taken");
    parser_.drain_body(piece_);
    if (!piece_.empty()) break;
    if (parser_.done()) co_return std::string_view();
    CO_TRY_OK(co_await receive(deadline));
  }
  given_ += piece_.size();
  if (given_ > limits_.body) {
    co_return fail(Code::limit, "the answer has more than {} bytes", limits_.body);
  }
  co_return piece_;
}

std::unique_ptr<Stream> HttpExchange::take_reusable() {
  const bool reusable = stream_ && parser_.done() && sent_ && behind_.empty() &&
                        parser_.keep_alive() && stream_->is_quiet();
  return reusable ? std::move(stream_) : nullptr;
}

HttpExchange::Upgraded HttpExchange::take_upgraded() {
  base::check(head_.status == 101, "an exchange is upgraded without a 101");
  return {std::move(stream_), std::move(behind_)};
}

}  // namespace peregrine::net
