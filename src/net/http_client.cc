#include "net/http_client.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "io/scope.h"

namespace peregrine::net {

using base::Code;
using base::Error;
using base::fail;
using base::Result;
using io::Deadline;
using io::Task;
using wire::Request;
using wire::Response;

namespace {

constexpr size_t kReceiveBytes = 64 * 1024;
// Requests up to this size are sent before the answer is read: any kernel takes as much at once.
constexpr size_t kSentFirst = 16 * 1024;
// Calls whose memory is kept for the next, and the most bytes of a request in one of them.
constexpr size_t kSpareCalls = 256;
constexpr size_t kSpareBytes = size_t{64} << 10;

bool is_idempotent(std::string_view method) {
  static constexpr std::array<std::string_view, 6> kMethods{"GET",   "HEAD", "OPTIONS",
                                                            "TRACE", "PUT",  "DELETE"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

}  // namespace

// One call while it is under way. Lives in the frame of send().
struct HttpClient::Exchange {
  Exchange(const Origin& the_origin, Peer& the_peer, HttpCall::Memory& the_memory,
           size_t& the_bodies)
      : origin(the_origin), peer(the_peer), memory(the_memory), bodies(the_bodies) {
    ++peer.calls;
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    --peer.calls;
    bodies -= held;
  }

  const Origin& origin;
  Peer& peer;
  HttpCall::Memory& memory;
  size_t& bodies;   // of all that are shared with
  size_t held = 0;  // of these, ours
  Deadline deadline{};
  base::Instant begun{};
  bool repeatable = false;   // by its method
  bool close_asked = false;  // by the request's own Connection header
  bool sent = false;         // all bytes were handed to the connection
  bool reusable = true;      // as far as is known, the connection may carry another request

  std::string what() const {
    return fmt::format("{} {}", memory.request.method, memory.request.target);
  }
  std::string span() const { return base::to_text(deadline.at - begun); }
  bool may_repeat(const Error& error) const {
    return error.code == Code::closed && !memory.parser.started() && (!sent || repeatable);
  }
  std::unexpected<Error> failed(Error error) const {
    const std::string to = origin.to_string();
    if (error.code != Code::timeout) {
      return base::because(std::move(error), fmt::format("{} to {}", what(), to));
    }
    if (!sent) {
      return fail(Code::timeout, "{} did not take all of {} within {}", to, what(), span());
    }
    if (!memory.parser.started()) {
      return fail(Code::timeout, "no answer from {} within {}; sent {}", to, span(), what());
    }
    return fail(Code::timeout, "the answer of {} was not complete within {}; sent {}", to, span(),
                what());
  }
};

HttpCall::~HttpCall() {
  if (memory_) client_->give_back(std::move(memory_));
}

HttpClient::HttpClient(io::Loop& loop, HttpClientLimits limits) : loop_(loop) {
  auto network = std::make_unique<NetworkConnector>(loop);
  Connector& connector = *network;
  shared_.reset(new Shared{limits, std::move(network), connector, {}, {}});
  shared_->buffer.resize(kReceiveBytes);
}

HttpClient::HttpClient(io::Loop& loop, Connector& connector, HttpClientLimits limits)
    : loop_(loop), shared_(new Shared{limits, nullptr, connector, {}, {}}) {
  shared_->buffer.resize(kReceiveBytes);
}

HttpClient::HttpClient(OtherUser, const HttpClient& other)
    : loop_(other.loop_), shared_(other.shared_) {}

HttpCall HttpClient::call() {
  if (shared_->spare.empty())
    return {*this, std::make_unique<HttpCall::Memory>(shared_->limits.message)};
  std::unique_ptr<HttpCall::Memory> memory = std::move(shared_->spare.back());
  shared_->spare.pop_back();
  return {*this, std::move(memory)};
}

void HttpClient::give_back(std::unique_ptr<HttpCall::Memory> memory) {
  if (shared_->spare.size() >= kSpareCalls || memory->bytes.capacity() > kSpareBytes) return;
  memory->request.clear();
  memory->parser.reset("GET");
  memory->answer.clear();
  memory->last_byte = nullptr;
  shared_->spare.push_back(std::move(memory));
}

Task<Result<Response>> HttpClient::send(Origin origin, Request request, Deadline deadline) {
  HttpCall one = call();
  one.request() = std::move(request);
  CO_TRY_OK(co_await send(one, origin, deadline));
  co_return one.take();
}

Task<Result<>> HttpClient::send(HttpCall& call, const Origin& origin, Deadline deadline) {
  HttpCall::Memory& memory = *call.memory_;
  const Request& request = memory.request;
  Peer& to = peer(origin);
  Exchange exchange(origin, to, memory, shared_->bodies);
  exchange.deadline = deadline;
  exchange.begun = loop_.now();
  exchange.repeatable = is_idempotent(request.method);
  exchange.close_asked = request.headers.has_token("Connection", "close");
  memory.http2 = false;
  Stream stream;
  if (origin.http != Http::one && !(to.http2 && to.http2->speaks_http1())) {
    CO_TRY(stream, co_await send_http2(exchange));
    if (memory.http2) co_return Result<>{};
  }
  memory.bytes.clear();
  CO_TRY_OK(wire::http1::append(memory.bytes, request, to.host));
  bool kept = false;  // used before: its end may be the server's housekeeping
  if (!stream) {
    stream = take_idle(to, exchange.repeatable);
    kept = stream != nullptr;
  }
  for (;;) {
    if (!stream) {
      CO_TRY(stream, co_await connect(exchange));
    }
    memory.parser.reset(request.method);
    Result<> done = co_await carry_out(std::move(stream), exchange);
    if (done || !std::exchange(kept, false) || !exchange.may_repeat(done.error())) co_return done;
  }
}

// Not inlined, nor are connect() and send_in_two(): the frame of send(), which each request has
// while it is under way, would hold theirs too.
[[gnu::noinline]] Task<Result<HttpClient::Stream>> HttpClient::send_http2(Exchange& exchange) {
  HttpCall::Memory& memory = exchange.memory;
  std::unique_ptr<Http2Pool>& pool = exchange.peer.http2;
  if (!pool) {
    const wire::http1::Limits& message = shared_->limits.message;
    pool = std::make_unique<Http2Pool>(
        loop_, shared_->connector, shared_->buffer,
        Http2Pool::Limits{.idle = shared_->limits.idle_per_origin,
                          .session = {.header_bytes = message.header_bytes,
                                      .header_count = message.header_count,
                                      .body = message.body,
                                      .streams = shared_->limits.http2_streams,
                                      .interim_responses = message.interim_responses}});
  }
  Http2Pool::Job job{exchange.origin,   exchange.peer.host,  memory.request,  memory.answer,
                     exchange.deadline, exchange.repeatable, memory.last_byte};
  CO_TRY(Stream plain, co_await pool->send(job));
  memory.http2 = !plain;
  co_return plain;
}

[[gnu::noinline]] Task<Result<HttpClient::Stream>> HttpClient::connect(const Exchange& exchange) {
  Origin to = exchange.origin;
  to.http = Http::one;  // the pool connects for the other
  Result<Stream> stream = co_await shared_->connector.connect(std::move(to), exchange.deadline);
  if (!stream && stream.error().code == Code::timeout) {
    co_return fail(Code::timeout, "no connection to {} within {}; it was for {}",
                   exchange.origin.to_string(), exchange.span(), exchange.what());
  }
  co_return stream;
}

// A server that has answered without reading on keeps nobody waiting.
Task<void> HttpClient::send_beside(io::Stream& stream, Exchange& exchange) {
  Result<> sent = co_await stream.send(exchange.memory.bytes, exchange.deadline);
  exchange.sent = sent.has_value();
  // At the deadline whoever awaits the answer says what it waited for.
  const bool told = sent || sent.error().code == Code::closed || sent.error().code == Code::timeout;
  if (!told) stream.abort();
}

[[gnu::noinline]] Task<Result<>> HttpClient::send_in_two(io::Stream& stream,
                                                         const Exchange& exchange) {
  const std::string_view bytes = exchange.memory.bytes;
  const std::string_view first = bytes.substr(0, bytes.size() - 1);
  CO_TRY_OK(co_await stream.send(first, exchange.deadline));
  CO_TRY_OK(co_await exchange.memory.last_byte->may_go());
  const std::string_view last = bytes.substr(first.size());
  if (stream.send_now(last) == last.size()) co_return Result<>{};
  co_return co_await stream.send(last, exchange.deadline);
}

Task<Result<>> HttpClient::carry_out(Stream stream, Exchange& exchange) {
  wire::http1::ResponseParser& parser = exchange.memory.parser;
  exchange.sent = false;
  exchange.reusable = true;
  std::optional<io::Scope> sending;  // of a large request, while its answer is awaited
  const bool in_two = exchange.memory.last_byte != nullptr;
  if (in_two || exchange.memory.bytes.size() <= kSentFirst) {
    Result<> sent;
    if (in_two) {
      sent = co_await send_in_two(*stream, exchange);
    } else {
      std::string_view rest = exchange.memory.bytes;
      rest.remove_prefix(stream->send_now(rest));
      if (!rest.empty()) sent = co_await stream->send(rest, exchange.deadline);
    }
    exchange.sent = sent.has_value();
    // A server may refuse a request before it has read it all: its answer is there to be read.
    if (!sent && sent.error().code != Code::closed) {
      co_return exchange.failed(std::move(sent).error());
    }
  } else {
    sending.emplace(loop_).spawn(send_beside(*stream, exchange));
  }
  while (!parser.done()) {
    Result<size_t> received = co_await stream->receive(shared_->buffer, exchange.deadline);
    if (!received) co_return exchange.failed(std::move(received).error());
    Result<> understood = take(std::string_view(shared_->buffer.data(), *received), exchange);
    if (!understood) co_return exchange.failed(std::move(understood).error());
  }
  const bool reusable = exchange.reusable && exchange.sent && !exchange.close_asked;
  if (reusable && parser.keep_alive()) keep(exchange.peer, std::move(stream));
  co_return Result<>{};
}

// Takes bytes of the answer; none are the connection's end.
Result<> HttpClient::take(std::string_view bytes, Exchange& exchange) {
  if (bytes.empty()) {
    exchange.reusable = false;
    return exchange.memory.parser.finish();
  }
  TRY(const size_t used, exchange.memory.parser.feed(bytes));
  // Bytes after an answer that nobody asked for: what comes next on it could not be trusted.
  if (used < bytes.size()) exchange.reusable = false;
  return hold(exchange);
}

// What has come of the body is in memory until the call has ended.
Result<> HttpClient::hold(Exchange& exchange) {
  const size_t size = exchange.memory.parser.message().body.size();
  const size_t others = shared_->bodies - exchange.held;
  if (size > shared_->limits.bodies - std::min(others, shared_->limits.bodies)) {
    return fail(Code::limit, "the answers that are received at the same time have more than {} MiB",
                shared_->limits.bodies >> 20);
  }
  shared_->bodies = others + size;
  exchange.held = size;
  return {};
}

HttpClient::Peer& HttpClient::peer(const Origin& origin) {
  const auto found = peers_.find(origin);
  if (found != peers_.end()) return found->second;
  if (peers_.size() >= shared_->limits.origins) {
    std::erase_if(peers_, [](const auto& entry) {
      return entry.second.idle.empty() && entry.second.calls == 0;
    });
  }
  return peers_.emplace(origin, Peer{origin.authority(), {}, 0, nullptr}).first->second;
}

HttpClient::Stream HttpClient::take_idle(Peer& peer, bool repeatable) {
  while (!peer.idle.empty()) {
    Idle last = std::move(peer.idle.back());
    peer.idle.pop_back();
    --idle_count_;
    if (loop_.now() - last.since > shared_->limits.idle_for) continue;
    // The loop has not been asked for news since this turn began.
    const bool known = repeatable || last.since == loop_.now();
    if (known ? last.stream->seems_quiet() : last.stream->is_quiet()) {
      return std::move(last.stream);
    }
  }
  return nullptr;
}

void HttpClient::keep(Peer& peer, Stream stream) {
  if (idle_count_ >= shared_->limits.idle_connections) drop_expired();
  if (idle_count_ >= shared_->limits.idle_connections) return;
  if (peer.idle.size() >= shared_->limits.idle_per_origin) return;
  peer.idle.push_back({std::move(stream), loop_.now()});
  ++idle_count_;
}

void HttpClient::drop_expired() {
  const auto expired = [&](const Idle& idle) {
    return loop_.now() - idle.since > shared_->limits.idle_for;
  };
  for (auto& [origin, peer] : peers_) idle_count_ -= std::erase_if(peer.idle, expired);
}

size_t HttpClient::idle() const {
  size_t all = idle_count_;
  for (const auto& [origin, peer] : peers_) all += peer.http2 ? peer.http2->idle() : 0;
  return all;
}

void HttpClient::close_idle() {
  for (auto& [origin, peer] : peers_) {
    peer.idle.clear();
    if (peer.http2) peer.http2->close_idle();
  }
  idle_count_ = 0;
}

}  // namespace peregrine::net
