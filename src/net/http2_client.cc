#include "net/http2_client.h"

#include <utility>

#include "base/check.h"

namespace peregrine::net {

using base::Code;
using base::Error;
using base::fail;
using base::Result;
using io::Deadline;
using io::Task;
using wire::http2::Call;

namespace {

// How long a server may take nothing of what is sent to it.
constexpr base::Duration kStall = std::chrono::seconds(60);

}  // namespace

struct Http2Client::Waiting final : Call {
  explicit Waiting(Http2Client& its_client)
      : client(its_client), over(its_client.stream_->loop()) {}
  // A stream that is given up is reset, and the server told.
  ~Waiting() override {
    if (outcome() == Outcome::none) client.flush_soon();
  }
  void ended() override { over.notify_one(); }
  void held() override { over.notify_one(); }

  Http2Client& client;
  io::Signal over;  // or all but its last byte was given out
};

Http2Client::Http2Client(std::unique_ptr<io::Stream> stream, wire::http2::Limits limits,
                         std::span<char> buffer)
    : stream_(std::move(stream)),
      session_(limits),
      buffer_(buffer),
      output_(stream_->loop()),
      gone_(stream_->loop()),
      tasks_(stream_->loop()) {
  tasks_.spawn(read());
  tasks_.spawn(write());
}

Http2Client::~Http2Client() {
  base::check(session_.open() == 0, "a connection ends while requests are under way on it");
  if (ended_ || writing_) return;
  session_.shut_down();
  flush();
}

Task<Result<>> Http2Client::send(const wire::Request& request, Target to, wire::Response& into,
                                 Deadline deadline, Progress& progress, LastByte* last_byte) {
  progress = {};
  const bool divides = last_byte && !request.body.empty();
  if (last_byte && !divides) CO_TRY_OK(co_await last_byte->may_go());
  Waiting call(*this);
  if (divides) call.hold_last_byte();
  if (Result<> begun = session_.send(call, request, to.scheme, to.authority, into); !begun) {
    progress.unprocessed = begun.error().code == Code::closed;
    co_return begun;
  }
  session_.open() == 1 && crowd_ <= 1 ? flush() : flush_soon();
  const base::Instant begun_at = stream_->loop().now();
  Result<> woken;
  if (divides) woken = co_await release(call, *last_byte, deadline);
  while (woken && call.outcome() == Call::Outcome::none) woken = co_await call.over.wait(deadline);
  progress.sent = call.sent();
  progress.started = call.started();
  progress.unprocessed = call.outcome() == Call::Outcome::unprocessed;
  progress.lost = call.outcome() == Call::Outcome::lost;
  progress.wants_http1 = call.wants_http1();
  if (call.outcome() == Call::Outcome::answered) {
    used_ = true;
    co_return Result<>{};
  }
  if (call.outcome() == Call::Outcome::none) {
    if (heard_ <= begun_at) shunned_ = true;
    co_return woken;
  }
  if (call.error().code == Code::limit) shunned_ = true;
  co_return std::unexpected(call.error());
}

Result<> Http2Client::begin(Call& call, const wire::Request& request, Target to,
                            wire::Response& into) {
  TRY_OK(session_.send(call, request, to.scheme, to.authority, into));
  flush();
  return {};
}

// Lets its last byte go, once all before it has left, and it may.
Task<Result<>> Http2Client::release(Waiting& call, LastByte& last_byte, Deadline deadline) {
  while (call.outcome() == Call::Outcome::none && !call.waits()) {
    CO_TRY_OK(co_await call.over.wait(deadline));
  }
  while (!out_.empty()) CO_TRY_OK(co_await gone_.wait(deadline));
  if (call.outcome() != Call::Outcome::none) co_return Result<>{};
  CO_TRY_OK(co_await last_byte.may_go());
  session_.release(call);
  session_.open() == 1 ? flush() : flush_soon();
  co_return Result<>{};
}

Task<void> Http2Client::read() {
  for (;;) {
    Result<size_t> size = co_await stream_->receive(buffer_, Deadline::never());
    if (!size) co_return end(std::move(size).error());
    if (*size == 0) co_return end({Code::closed, "the server has closed the connection"});
    heard_ = stream_->loop().now();
    crowd_ = session_.open();
    if (Result<> taken = session_.feed({buffer_.data(), *size}); !taken) {
      co_return end(std::move(taken).error());
    }
    if (session_.over()) co_return end({Code::closed, "the server has ended the connection"});
    if (session_.has_output()) flush_soon();
  }
}

Task<void> Http2Client::write() {
  io::Loop& loop = stream_->loop();
  for (;;) {
    if (out_.empty()) session_.take_output(out_);
    if (!out_.empty()) {
      writing_ = true;
      Result<> sent = co_await stream_->send(out_, loop.in(kStall));
      writing_ = false;
      out_.clear();
      gone_.notify_all();
      if (sent) continue;
      // The server may have said why, and answered some: whoever reads comes to the end of it.
      ended_ = true;
      if (sent.error().code != Code::closed) stream_->abort();
      co_return;
    }
    if (ended_) break;
    if (!co_await output_.wait(Deadline::never())) co_return;
  }
  if (co_await stream_->finish_sending(loop.in(kStall))) stream_->abort();
}

void Http2Client::flush_soon() { output_.notify_one(); }

// Everything at once, if nobody sends and the stream takes it; what is left is the writer's.
void Http2Client::flush() {
  if (writing_ || ended_ || !out_.empty()) return flush_soon();
  session_.take_output(out_);
  out_.erase(0, stream_->send_now(out_));
  if (!out_.empty() || session_.has_output()) flush_soon();
}

void Http2Client::end(Error why) {
  ended_ = true;
  session_.end(why);
  flush_soon();
}

}  // namespace peregrine::net
