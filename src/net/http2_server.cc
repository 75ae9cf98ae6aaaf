#include "net/http2_server.h"

#include <algorithm>
#include <utility>

#include "net/http_server.h"

namespace peregrine::net {

using base::Code;
using base::Result;
using io::Deadline;
using io::Task;
using wire::Response;
using wire::http2::Incoming;
using wire::http2::ServerSession;
using wire::http2::StreamId;

namespace {

using namespace std::chrono_literals;

// After the last words the client's bytes are read and dropped for a while: closing with unread
// bytes would reset the connection and could take these words with it.
constexpr base::Duration kLingerTime = 1s;
constexpr size_t kLingerBytes = 16 << 20;

}  // namespace

// Somebody works on a request, for as long as this lives.
struct Http2Server::Handling {
  explicit Handling(Http2Server& its_server) : server(its_server) { ++server.answering_; }
  Handling(const Handling&) = delete;
  Handling& operator=(const Handling&) = delete;
  ~Handling() {
    --server.answering_;
    server.changed_.notify_all();
  }
  Http2Server& server;
};

Http2Server::Http2Server(io::Scope& handling, std::span<char> buffer, Handle handle, Limits limits)
    : handling_(handling),
      buffer_(buffer),
      handle_(std::move(handle)),
      limits_(limits),
      session_(limits.session),
      output_(handling.loop()),
      changed_(handling.loop()) {}

Task<void> Http2Server::run(io::Stream& stream, std::string begun) {
  io::Loop& loop = handling_.loop();
  {
    io::Scope writing(loop);
    writing.spawn(write(stream));
    co_await read(stream, std::move(begun));
    read_ended_ = true;
    output_.notify_all();
    changed_.notify_all();
    if (!co_await writing.join(Deadline::never())) co_return;
  }
  if (failed_) co_await linger(stream);
  while (answering_ > 0) {
    if (!co_await changed_.wait(Deadline::never())) co_return;
  }
}

void Http2Server::stop() {
  session_.shut_down();
  output_.notify_all();
}

Task<void> Http2Server::read(io::Stream& stream, std::string begun) {
  if (!take(begun)) co_return;
  while (!session_.over()) {
    Result<size_t> size = co_await stream.receive(buffer_, patience());
    if (!size && size.error().code == Code::timeout) {
      if (!goes_on()) co_return;
    } else if (!size || *size == 0 || !take({buffer_.data(), *size})) {
      co_return;
    }
  }
}

// False when the connection cannot go on.
bool Http2Server::take(std::string_view bytes) {
  active_ = handling_.loop().now();
  const Result<> taken = session_.feed(bytes);
  begin_answers();
  output_.notify_one();
  if (!taken) failed_ = true;
  return !failed_;
}

void Http2Server::begin_answers() {
  while (Incoming* one = session_.next_request()) {
    if (one->refused) {
      give(*one, plain_response(one->status, one->refused->text));
    } else {
      handling_.spawn(answer(shared_from_this(), *one));
    }
  }
}

Task<void> Http2Server::answer(std::shared_ptr<Http2Server> self, Incoming& incoming) {
  const Handling now(*self);
  std::optional<Response> response = co_await handle_(std::move(incoming.request));
  if (response) {
    give(incoming, *std::move(response));
  } else {
    session_.reset(incoming, ServerSession::Reason::http1_required);
  }
  output_.notify_one();
}

void Http2Server::give(Incoming& incoming, Response response) {
  active_ = handling_.loop().now();
  // The nearest to what it means over HTTP/1.1.
  const bool close = response.headers.has_token("Connection", "close");
  if (Result<> given = session_.answer(incoming, std::move(response)); !given) {
    (void)session_.answer(
        incoming, plain_response(500, "the response cannot be sent: " + given.error().text));
  }
  if (close) session_.shut_down();
}

// How long the client may be silent.
Deadline Http2Server::patience() {
  const StreamId oldest = session_.oldest_incomplete();
  if (oldest != std::exchange(oldest_, oldest)) whole_by_ = handling_.loop().in(limits_.request);
  if (oldest != 0) return whole_by_;
  if (session_.open() == 0) return {active_ + limits_.idle};
  // Some are being answered: when the last is, nobody says so here.
  return handling_.loop().in(std::min(limits_.idle, limits_.answer));
}

// After a wait in which nothing came.
bool Http2Server::goes_on() {
  const base::Instant now = handling_.loop().now();
  if (oldest_ != 0) {
    if (now < whole_by_.at) return true;
    session_.give_up_oldest();
    begin_answers();
    output_.notify_one();
    return true;
  }
  if (session_.open() > 0) return answering_ > 0 || now < active_ + limits_.answer;
  if (now < active_ + limits_.idle) return true;
  session_.shut_down();
  return false;
}

Task<void> Http2Server::write(io::Stream& stream) {
  io::Loop& loop = handling_.loop();
  for (;;) {
    session_.take_output(out_);
    if (!out_.empty()) {
      Result<> sent = co_await stream.send(out_, loop.in(limits_.answer));
      out_.clear();
      if (!sent) co_return stream.abort();
      continue;
    }
    if (read_ended_ || session_.over()) break;
    if (!co_await output_.wait(Deadline::never())) co_return;
  }
  if (!co_await stream.finish_sending(loop.in(limits_.answer))) co_return stream.abort();
  // The client ends its side too, or is not waited for.
  const Deadline deadline = loop.in(kLingerTime);
  while (!read_ended_) {
    if (!co_await changed_.wait(deadline)) co_return stream.abort();
  }
}

Task<void> Http2Server::linger(io::Stream& stream) {
  const Deadline deadline = handling_.loop().in(kLingerTime);
  for (size_t dropped = 0; dropped < kLingerBytes;) {
    Result<size_t> size = co_await stream.receive(buffer_, deadline);
    if (!size || *size == 0) break;
    dropped += *size;
  }
}

}  // namespace peregrine::net
