#include "net/http_client.h"

#include <algorithm>
#include <array>
#include <utility>

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
constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;

bool is_idempotent(std::string_view method) {
  static constexpr std::array<std::string_view, 6> kMethods{"GET",   "HEAD", "OPTIONS",
                                                            "TRACE", "PUT",  "DELETE"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

}  // namespace

// One request while it is under way. Lives in the frame of send().
struct HttpClient::Call {
  Origin origin;
  std::string method;
  std::string what;   // "POST /x"
  std::string bytes;  // the request as it is sent
  bool close_asked;   // by the request's own Connection header
  Deadline deadline;
  base::Instant begun;
  wire::http1::ResponseParser parser;
  bool sent = false;     // all bytes were handed to the connection
  bool reusable = true;  // as far as is known, the connection may carry another request

  std::string span() const { return base::to_text(deadline.at - begun); }
  bool may_repeat(const Error& error) const {
    return error.code == Code::closed && !parser.started() && (!sent || is_idempotent(method));
  }
  std::unexpected<Error> failed(Error error) const {
    const std::string to = origin.to_string();
    if (error.code != Code::timeout) {
      return base::because(std::move(error), fmt::format("{} to {}", what, to));
    }
    if (!sent) return fail(Code::timeout, "{} did not take all of {} within {}", to, what, span());
    if (!parser.started()) {
      return fail(Code::timeout, "no answer from {} within {}; sent {}", to, span(), what);
    }
    return fail(Code::timeout, "the answer of {} was not complete within {}; sent {}", to, span(),
                what);
  }
};

HttpClient::HttpClient(io::Loop& loop, HttpClientLimits limits)
    : loop_(loop),
      own_connector_(std::make_unique<NetworkConnector>(loop)),
      connector_(*own_connector_),
      limits_(limits),
      buffer_(kReceiveBytes) {}

HttpClient::HttpClient(io::Loop& loop, Connector& connector, HttpClientLimits limits)
    : loop_(loop), connector_(connector), limits_(limits), buffer_(kReceiveBytes) {}

Task<Result<Response>> HttpClient::send(Origin origin, Request request, Deadline deadline) {
  if (!request.headers.find("Host")) {
    const uint16_t usual = origin.tls ? kHttpsPort : kHttpPort;
    request.headers.add_first("Host", to_authority(origin.host, origin.port, usual));
  }
  Call call{.origin = std::move(origin),
            .method = request.method,
            .what = fmt::format("{} {}", request.method, request.target),
            .bytes = {},
            .close_asked = request.headers.has_token("Connection", "close"),
            .deadline = deadline,
            .begun = loop_.now(),
            .parser = wire::http1::ResponseParser(request.method, limits_.message)};
  CO_TRY_OK(wire::http1::append(call.bytes, request));
  if (Stream kept = take_idle(call.origin)) {
    Result<Response> first = co_await exchange(std::move(kept), call);
    if (first || !call.may_repeat(first.error())) co_return first;
  }
  CO_TRY(Stream fresh, co_await connect(call));
  co_return co_await exchange(std::move(fresh), call);
}

Task<Result<HttpClient::Stream>> HttpClient::connect(const Call& call) {
  Result<Stream> stream = co_await connector_.connect(call.origin, call.deadline);
  if (!stream && stream.error().code == Code::timeout) {
    co_return fail(Code::timeout, "no connection to {} within {}; it was for {}",
                   call.origin.to_string(), call.span(), call.what);
  }
  co_return stream;
}

Task<Result<Response>> HttpClient::exchange(Stream stream, Call& call) {
  Result<> sent = co_await stream->send(call.bytes, call.deadline);
  call.sent = sent.has_value();
  // A server may refuse a request before it has read it all: its answer is still there to be read.
  if (!sent && sent.error().code != Code::closed) co_return call.failed(std::move(sent).error());
  call.reusable = call.sent && !call.close_asked;
  Result<> answered = co_await receive_answer(*stream, call);
  if (!answered) co_return call.failed(std::move(answered).error());
  if (call.reusable && call.parser.keep_alive()) keep(call.origin, std::move(stream));
  co_return call.parser.take();
}

Task<Result<>> HttpClient::receive_answer(io::Stream& stream, Call& call) {
  while (!call.parser.done()) {
    CO_TRY(const size_t received, co_await stream.receive(buffer_, call.deadline));
    if (received == 0) {
      call.reusable = false;
      CO_TRY_OK(call.parser.finish());
      break;
    }
    CO_TRY(const size_t used, call.parser.feed({buffer_.data(), received}));
    // Bytes after an answer that nobody asked for: what comes next on it could not be trusted.
    if (used < received) call.reusable = false;
  }
  co_return Result<>{};
}

HttpClient::Stream HttpClient::take_idle(const Origin& origin) {
  const auto found = idle_.find(origin);
  if (found == idle_.end()) return nullptr;
  std::deque<Idle>& waiting = found->second;
  Stream result;
  while (!waiting.empty() && !result) {
    Idle last = std::move(waiting.back());
    waiting.pop_back();
    --idle_count_;
    if (loop_.now() - last.since <= limits_.idle_for && last.stream->is_quiet()) {
      result = std::move(last.stream);
    }
  }
  if (waiting.empty()) idle_.erase(found);
  return result;
}

void HttpClient::keep(const Origin& origin, Stream stream) {
  if (idle_count_ >= limits_.idle_connections) drop_expired();
  if (idle_count_ >= limits_.idle_connections) return;
  std::deque<Idle>& waiting = idle_[origin];
  if (waiting.size() >= limits_.idle_per_origin) {
    if (waiting.empty()) idle_.erase(origin);
    return;
  }
  waiting.push_back({std::move(stream), loop_.now()});
  ++idle_count_;
}

void HttpClient::drop_expired() {
  for (auto& [origin, waiting] : idle_) {
    while (!waiting.empty() && loop_.now() - waiting.front().since > limits_.idle_for) {
      waiting.pop_front();
      --idle_count_;
    }
  }
  std::erase_if(idle_, [](const auto& entry) { return entry.second.empty(); });
}

void HttpClient::close_idle() {
  idle_.clear();
  idle_count_ = 0;
}

}  // namespace peregrine::net
