#include "net/http2_exchange.h"

#include <utility>

namespace peregrine::net {

using base::Result;
using io::Task;
using wire::http2::Call;

namespace {

constexpr size_t kBuffer = size_t{16} << 10;

}  // namespace

struct Http2Exchange::Waiting final : Call {
  explicit Waiting(io::Loop& loop) : changed(loop) {}
  void ended() override { changed.notify_all(); }
  void came() override { changed.notify_all(); }

  io::Signal changed;
};

Http2Exchange::Http2Exchange(std::unique_ptr<io::Stream> stream, wire::Request request)
    : loop_(stream->loop()),
      buffer_(kBuffer),
      client_(std::move(stream), {}, buffer_),
      request_(std::move(request)),
      call_(std::make_unique<Waiting>(loop_)) {}

Http2Exchange::~Http2Exchange() {
  const bool goes_on = call_->outcome() == Call::Outcome::none;
  call_.reset();
  if (goes_on) client_.give_up();
}

Task<Result<std::unique_ptr<Http2Exchange>>> Http2Exchange::begin(
    std::unique_ptr<io::Stream> stream, const Origin& origin, wire::Request request,
    io::Deadline deadline, bool& wants_http1) {
  const std::string what =
      fmt::format("{} {} to {}", request.method, request.target, origin.to_string());
  std::unique_ptr<Http2Exchange> self(new Http2Exchange(std::move(stream), std::move(request)));
  Waiting& call = *self->call_;
  CO_TRY_OK(self->client_.begin(
      call, self->request_, {origin.tls ? "https" : "http", origin.authority()}, self->answer_));
  while (!call.has_head() && call.outcome() == Call::Outcome::none) {
    const Result<> woken = co_await call.changed.wait(deadline);
    if (!woken) co_return base::because(woken.error(), what);
  }
  wants_http1 = call.wants_http1();
  if (!call.has_head()) co_return base::because(call.error(), what);
  self->head_.status = self->answer_.status;
  self->head_.headers = self->answer_.headers;
  co_return std::move(self);
}

Task<Result<std::string_view>> Http2Exchange::next(io::Deadline deadline) {
  piece_.clear();
  while (answer_.body.empty()) {
    if (call_->outcome() == Call::Outcome::answered) co_return std::string_view();
    if (call_->outcome() != Call::Outcome::none) co_return std::unexpected(call_->error());
    CO_TRY_OK(co_await call_->changed.wait(deadline));
  }
  piece_ = std::exchange(answer_.body, {});
  co_return std::string_view(piece_);
}

}  // namespace peregrine::net
