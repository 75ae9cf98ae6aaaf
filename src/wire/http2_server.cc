#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <utility>

#include "base/check.h"
#include "wire/http1_line.h"
#include "wire/http2_session.h"

namespace peregrine::wire::http2 {

using base::check;
using base::Code;
using base::Error;
using base::fail;
using base::Result;
using namespace std::string_view_literals;

namespace {

constexpr size_t kFieldCost = 32;  // RFC 9113 section 6.5.2
// Ended streams whose memory is kept for others.
constexpr size_t kSpareStreams = 32;

// What a client may still send of a request that was answered before it came whole. Then its stream
// is reset (section 8.1), which some clients take for a failure, so they may come to their end.
constexpr size_t kMostDropped = 16 << 20;

// RFC 9110 sections 6.4.1 and 8.6.
bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

// Section 8.3.1.
bool is_path(std::string_view target, std::string_view method) {
  return target.starts_with('/') || (target == "*"sv && method == "OPTIONS"sv);
}

Result<> check_response(const Response& response) {
  const int status = response.status;
  if (status < 200 || status > 999) {
    return fail(Code::invalid, "{} cannot be the status of a response over HTTP/2", status);
  }
  if (!response.body.empty() && !may_have_body(status)) {
    return fail(Code::invalid, "a response with status {} cannot have a body", status);
  }
  return check_fields(response.headers);
}

uint64_t declared_size(const Headers& headers) {
  const std::string_view text = headers.get("content-length");
  uint64_t size = 0;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size;
}

// A stream, from its first header to its end.
struct Stream final : Incoming {
  enum class Stage { coming, ready, given, answered };
  void restart(StreamId its_id) {
    id = its_id;
    stage = Stage::coming;
    closed = head_done = to_head = broken = sent = false;
    header_bytes = header_count = body_sent = dropped = 0;
    request.clear();
    response.clear();
    refused.reset();
    status = 0;
  }

  StreamId id = 0;
  Stage stage = Stage::coming;
  bool closed = false;  // nghttp2 knows it no longer
  bool head_done = false;
  bool to_head = false;  // its method is HEAD
  bool broken = false;   // it was reset for a mistake
  size_t header_bytes = 0;
  size_t header_count = 0;
  Response response{};
  size_t body_sent = 0;
  bool sent = false;   // all of the answer
  size_t dropped = 0;  // bytes of the request that came too late
};

}  // namespace

struct ServerState final : Session::State {
  explicit ServerState(Limits its_limits) : State(Role::server, its_limits) {}

  void head_begins(StreamId id) override {
    // Streams that their client has given up count for as long as somebody works on them.
    if (streams.size() >= limits.streams) return reset_stream(id, NGHTTP2_REFUSED_STREAM);
    std::unique_ptr<Stream> stream;
    if (spare.empty()) {
      stream = std::make_unique<Stream>();
    } else {
      stream = std::move(spare.back());
      spare.pop_back();
    }
    stream->restart(id);
    nghttp2_session_set_stream_user_data(session, id, stream.get());
    streams.push_back(std::move(stream));
  }

  void field(StreamId id, std::string_view name, std::string_view value) override {
    Stream* stream = find<Stream>(id);
    if (!stream || stream->refused || stream->broken) return;
    stream->header_bytes += name.size() + value.size() + kFieldCost;
    if (++stream->header_count > limits.header_count ||
        stream->header_bytes > limits.header_bytes) {
      return refuse(*stream, 431,
                    fmt::format("the request has more than {} headers, or {} bytes of them",
                                limits.header_count, limits.header_bytes));
    }
    if (stream->head_done) return;  // trailers
    Request& request = stream->request;
    if (name == ":method"sv) {
      request.method = value;
      stream->to_head = value == "HEAD"sv;
    } else if (name == ":path"sv) {
      request.target = value;
    } else if (name == ":authority"sv) {
      request.headers.add("host", value);
    } else if (name == "host"sv) {
      add_host(*stream, value);
    } else if (!name.starts_with(':')) {
      request.headers.add(name, value);
    }
  }

  // It says what `:authority` says, or the request is malformed (section 8.3.1).
  void add_host(Stream& stream, std::string_view value) {
    Headers& headers = stream.request.headers;
    const auto known = headers.find("host");
    if (!known) return headers.add("host", value);
    if (!same_ignoring_case(*known, value)) break_off(stream);
  }
  void break_off(Stream& stream) {
    stream.broken = true;
    reset_stream(stream.id, NGHTTP2_PROTOCOL_ERROR);
  }

  void head_ends(StreamId id) override {
    Stream* stream = find<Stream>(id);
    if (!stream || std::exchange(stream->head_done, true) || stream->broken) return;
    stream->header_count = stream->header_bytes = 0;
    Request& request = stream->request;
    if (stream->refused) return become_ready(*stream);
    if (request.method == "CONNECT"sv) {
      request.target = request.headers.get("host");
    } else if (!is_path(request.target, request.method)) {
      return break_off(*stream);  // which nghttp2 minds only where the scheme is HTTP's
    }
    join_cookies(request.headers);
    if (declared_size(request.headers) > limits.body) return refuse_body(*stream);
    if (request.headers.has_token("expect", "100-continue")) invite(id);
  }

  // The client waits to be told that it may send its body (RFC 9110 section 10.1.1).
  void invite(StreamId id) {
    list.clear();
    append_field(list, ":status", "100");
    nghttp2_submit_headers(session, NGHTTP2_FLAG_NONE, id, nullptr, list.data(), list.size(),
                           nullptr);
  }

  void data(StreamId id, std::string_view bytes) override {
    Stream* stream = find<Stream>(id);
    if (!stream || stream->broken) return;
    if (stream->stage != Stream::Stage::coming) {
      stream->dropped += bytes.size();
      return stop_late(*stream);
    }
    std::string& body = stream->request.body;
    const size_t free = limits.bodies - std::min(limits.bodies, bodies);
    if (bytes.size() > limits.body - body.size() || bytes.size() > free) {
      return refuse_body(*stream);
    }
    body.append(bytes);
    bodies += bytes.size();
  }

  void refuse_body(Stream& stream) {
    bodies -= stream.request.body.size();
    stream.request.body.clear();
    refuse(stream, 413, fmt::format("the body is larger than {} bytes", limits.body));
  }
  // What still comes of it is dropped.
  void refuse(Stream& stream, int status, std::string why) {
    stream.refused = Error{status == 408 ? Code::timeout : Code::limit, std::move(why)};
    stream.status = status;
    // The rest of its headers changes what nghttp2 knows, so these are read on before.
    if (stream.head_done) become_ready(stream);
  }
  void become_ready(Stream& stream) {
    if (stream.stage != Stream::Stage::coming) return;
    bodies -= stream.request.body.size();
    stream.stage = Stream::Stage::ready;
    ready.push_back(&stream);
  }

  void message_ends(StreamId id) override {
    Stream* stream = find<Stream>(id);
    if (stream && !stream->broken) become_ready(*stream);
  }

  void message_sent(StreamId id) override {
    Stream* stream = find<Stream>(id);
    if (!stream) return;
    forgive();
    stream->sent = true;
    stop_late(*stream);
  }
  void stop_late(Stream& stream) {
    if (!stream.sent || stream.dropped <= kMostDropped) return;
    reset_stream(stream.id, NGHTTP2_NO_ERROR);
    stream.dropped = 0;
  }

  void closed(StreamId id, uint32_t) override {
    Stream* stream = find<Stream>(id);
    if (!stream) return;
    stream->closed = true;
    if (stream->stage == Stream::Stage::given) return;  // until it is answered
    if (stream->stage == Stream::Stage::ready) std::erase(ready, stream);
    if (stream->stage == Stream::Stage::coming) bodies -= stream->request.body.size();
    release(*stream);
  }

  std::optional<Body> body(StreamId id) override {
    Stream* stream = find<Stream>(id);
    if (!stream) return std::nullopt;
    return Body{stream->response.body, &stream->body_sent};
  }

  void release(Stream& stream) {
    const auto place = std::ranges::find_if(
        streams, [&](const std::unique_ptr<Stream>& one) { return one.get() == &stream; });
    check(place != streams.end(), "a stream is released twice");
    if (spare.size() < kSpareStreams) spare.push_back(std::move(*place));
    streams.erase(place);
  }

  std::vector<std::unique_ptr<Stream>> streams;  // as they came
  std::vector<std::unique_ptr<Stream>> spare;
  std::deque<Stream*> ready;
  size_t bodies = 0;  // bytes of those that are coming
};

namespace {

Stream& stream_of(Incoming& incoming) {
  auto& stream = static_cast<Stream&>(incoming);
  check(stream.stage == Stream::Stage::given, "a request is answered twice");
  stream.stage = Stream::Stage::answered;
  return stream;
}

}  // namespace

ServerSession::ServerSession(Limits limits) : Session(std::make_unique<ServerState>(limits)) {}
ServerSession::~ServerSession() = default;

ServerState& ServerSession::state() const { return static_cast<ServerState&>(*state_); }

Incoming* ServerSession::next_request() {
  ServerState& state = this->state();
  if (state.ready.empty()) return nullptr;
  Stream* stream = state.ready.front();
  state.ready.pop_front();
  stream->stage = Stream::Stage::given;
  return stream;
}

Result<> ServerSession::answer(Incoming& incoming, Response response) {
  ServerState& state = this->state();
  TRY_OK(check_response(response));
  Stream& stream = stream_of(incoming);
  if (stream.closed) {
    state.release(stream);
    return {};
  }
  stream.response = std::move(response);
  const Response& kept = stream.response;
  std::vector<nghttp2_nv>& list = state.list;
  list.clear();
  const fmt::format_int status(kept.status);
  append_field(list, ":status", {status.data(), status.size()});
  append_fields(list, kept.headers);
  // The answer to HEAD says what GET would bring.
  const fmt::format_int length(kept.body.size());
  if (may_have_body(kept.status)) {
    append_field(list, "content-length", {length.data(), length.size()});
  }
  const bool has_body = !kept.body.empty() && !stream.to_head;
  const nghttp2_data_provider provider = body_provider();
  nghttp2_submit_response(state.session, stream.id, list.data(), list.size(),
                          has_body ? &provider : nullptr);
  return {};
}

void ServerSession::reset(Incoming& incoming, Reason reason) {
  ServerState& state = this->state();
  Stream& stream = stream_of(incoming);
  if (stream.closed) return state.release(stream);
  state.reset_stream(stream.id, reason == Reason::http1_required ? NGHTTP2_HTTP_1_1_REQUIRED
                                                                 : NGHTTP2_INTERNAL_ERROR);
}

size_t ServerSession::open() const { return state().streams.size(); }

StreamId ServerSession::oldest_incomplete() const {
  for (const auto& stream : state().streams) {
    if (stream->stage == Stream::Stage::coming) return stream->id;
  }
  return 0;
}

void ServerSession::give_up_oldest() {
  ServerState& state = this->state();
  for (const auto& stream : state.streams) {
    if (stream->stage != Stream::Stage::coming) continue;
    stream->head_done = true;
    return state.refuse(*stream, 408, "the request was not complete in time");
  }
}

}  // namespace peregrine::wire::http2
