#include <fmt/format.h>

#include <algorithm>
#include <charconv>
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

// RFC 9110 section 8.6: methods whose body means something say so even when it is empty.
bool wants_length(const Request& request) {
  return !request.body.empty() || request.method == "POST"sv || request.method == "PUT"sv ||
         request.method == "PATCH"sv;
}

Result<> check_request(const Request& request, std::string_view authority) {
  if (!http1::is_token(request.method) || request.method == "CONNECT"sv) {
    return fail(Code::invalid, "{} cannot be a request method", http1::excerpt(request.method));
  }
  const bool path =
      request.target.starts_with('/') || (request.target == "*"sv && request.method == "OPTIONS"sv);
  if (!path || !http1::is_target(request.target)) {
    return fail(Code::invalid,
                "{} cannot be a request target over HTTP/2: it is a path, with spaces and control "
                "characters percent-encoded",
                http1::excerpt(request.target));
  }
  if (!http1::is_field_text(authority)) {
    return fail(Code::invalid, "{} cannot be the name of a host", http1::excerpt(authority));
  }
  return check_fields(request.headers);
}

}  // namespace

struct ClientState final : Session::State {
  explicit ClientState(Limits its_limits) : State(Role::client, its_limits) {}
  // Calls end before their session, or are told here.
  ~ClientState() override { end({Code::closed, "the session has ended"}); }

  void add(Call& call) {
    call.in_ = this;
    call.next_ = first;
    if (first) first->previous_ = &call;
    first = &call;
    ++open;
  }
  void remove(Call& call) {
    (call.previous_ ? call.previous_->next_ : first) = call.next_;
    if (call.next_) call.next_->previous_ = call.previous_;
    call.previous_ = call.next_ = nullptr;
    call.in_ = nullptr;
    --open;
  }
  // The stream goes on without its call, if at all.
  void let_go(Call& call) {
    nghttp2_session_set_stream_user_data(session, call.id_, nullptr);
    remove(call);
  }
  void give_up(Call& call, uint32_t code) {
    reset_stream(call.id_, code);
    let_go(call);
  }

  void conclude(Call& call, Call::Outcome outcome, std::optional<Error> error) {
    call.outcome_ = outcome;
    call.error_ = std::move(error);
    call.ended();
  }
  void refuse(Call& call, Error why) {
    give_up(call, NGHTTP2_CANCEL);
    conclude(call, Call::Outcome::failed, std::move(why));
  }
  void end(const Error& why) {
    while (Call* call = first) {
      remove(*call);
      nghttp2_session_set_stream_user_data(session, call->id_, nullptr);
      // Whoever is told so may send it again: it must not leave here after all.
      if (!call->opened_) reset_stream(call->id_, NGHTTP2_CANCEL);
      conclude(*call, call->opened_ ? Call::Outcome::lost : Call::Outcome::unprocessed, why);
    }
  }

  void field(StreamId id, std::string_view name, std::string_view value) override {
    Call* call = find<Call>(id);
    if (!call) return;
    call->started_ = true;
    call->header_bytes_ += name.size() + value.size() + kFieldCost;
    if (++call->header_count_ > limits.header_count || call->header_bytes_ > limits.header_bytes) {
      refuse(*call, {Code::limit, fmt::format("the answer has more than {} headers, or {} bytes of "
                                              "them",
                                              limits.header_count, limits.header_bytes)});
    } else if (call->head_done_) {
      // Trailers.
    } else if (name == ":status"sv) {
      std::from_chars(value.data(), value.data() + value.size(), call->response_->status);
    } else {
      call->response_->headers.add(name, value);
    }
  }

  void head_ends(StreamId id) override {
    Call* call = find<Call>(id);
    if (!call) return;
    call->header_count_ = call->header_bytes_ = 0;
    if (call->head_done_ || call->response_->status >= 200) {
      call->head_done_ = true;
      call->came();
    } else if (++call->interim_ > limits.interim_responses) {
      refuse(*call, {Code::limit, fmt::format("more than {} interim responses in front of one "
                                              "answer",
                                              limits.interim_responses)});
    } else {
      call->response_->clear();
    }
  }

  void data(StreamId id, std::string_view bytes) override {
    Call* call = find<Call>(id);
    if (!call) return;
    std::string& body = call->response_->body;
    if (bytes.size() <= limits.body - body.size()) {
      body.append(bytes);
      if (!bytes.empty()) forgive();  // of a stream that never ends, too
      call->came();
    } else {
      refuse(*call, {Code::limit,
                     fmt::format("the body of the answer is larger than {} bytes", limits.body)});
    }
  }

  void message_ends(StreamId id) override {
    Call* call = find<Call>(id);
    if (!call || !call->head_done_) return;
    forgive();
    // The server has answered without reading on: the rest is of no use to it.
    call->sent_ ? let_go(*call) : give_up(*call, NGHTTP2_NO_ERROR);
    conclude(*call, Call::Outcome::answered, std::nullopt);
  }

  void peer_resets(StreamId id, uint32_t code) override {
    Call* call = find<Call>(id);
    if (!call) return;
    call->wants_http1_ = code == NGHTTP2_HTTP_1_1_REQUIRED;
    const bool unprocessed = code == NGHTTP2_REFUSED_STREAM;
    let_go(*call);
    conclude(
        *call, unprocessed ? Call::Outcome::unprocessed : Call::Outcome::failed,
        Error{Code::closed, fmt::format("the server has reset the stream: {}", error_name(code))});
  }

  void head_sent(StreamId id) override {
    if (Call* call = find<Call>(id)) call->opened_ = true;
  }
  void message_sent(StreamId id) override {
    if (Call* call = find<Call>(id)) call->sent_ = true;
  }
  void not_sent(StreamId id, int error) override {
    Call* call = find<Call>(id);
    if (!call) return;
    let_go(*call);
    if (error == NGHTTP2_ERR_START_STREAM_NOT_ALLOWED || error == NGHTTP2_ERR_STREAM_CLOSING) {
      return conclude(
          *call, Call::Outcome::unprocessed,
          Error{Code::closed, "the server takes no more requests: it is shutting down"});
    }
    conclude(*call, Call::Outcome::failed,
             Error{Code::invalid, fmt::format("the request's headers cannot be sent: {}",
                                              nghttp2_strerror(error))});
  }

  // A call that is still known here was neither answered nor reset by the server: nghttp2 has found
  // a mistake in its answer, or a GOAWAY leaves it out.
  void closed(StreamId id, uint32_t code) override {
    Call* call = find<Call>(id);
    if (!call) return;
    remove(*call);
    if (code == NGHTTP2_REFUSED_STREAM) {
      return conclude(*call, Call::Outcome::unprocessed,
                      Error{Code::closed, fmt::format("the server ends the connection before this "
                                                      "request{}{}",
                                                      goaway.empty() ? "" : ": ", goaway)});
    }
    const int found = std::exchange(violation, 0);
    conclude(*call, Call::Outcome::failed,
             Error{Code::protocol,
                   fmt::format("the answer breaks HTTP/2: {}",
                               found != 0 ? nghttp2_strerror(found) : error_name(code))});
  }

  void failed_for(const Error& why) override { end(why); }

  std::optional<Body> body(StreamId id) override {
    Call* call = find<Call>(id);
    if (!call) return std::nullopt;
    return Body{call->request_->body, &call->body_sent_, call->holds_};
  }
  void last_is_held(StreamId id) override {
    Call* call = find<Call>(id);
    if (!call) return;
    call->waits_ = true;
    call->held();
  }

  Call* first = nullptr;
  size_t open = 0;
};

Call::~Call() {
  if (in_) in_->give_up(*this, NGHTTP2_CANCEL);
}

ClientSession::ClientSession(Limits limits) : Session(std::make_unique<ClientState>(limits)) {}
ClientSession::~ClientSession() = default;

ClientState& ClientSession::state() const { return static_cast<ClientState&>(*state_); }

Result<> ClientSession::send(Call& call, const Request& request, std::string_view scheme,
                             std::string_view authority, Response& into) {
  check(!call.in_ && call.outcome_ == Call::Outcome::none, "a call is sent twice");
  check(!call.holds_ || !request.body.empty(), "a request without a body has no last byte of it");
  ClientState& state = this->state();
  if (const auto host = request.headers.find("Host")) authority = *host;
  TRY_OK(check_request(request, authority));
  std::vector<nghttp2_nv>& list = state.list;
  list.clear();
  append_field(list, ":method", request.method);
  append_field(list, ":scheme", scheme);
  append_field(list, ":authority", authority);
  append_field(list, ":path", request.target);
  append_fields(list, request.headers);
  const fmt::format_int length(request.body.size());
  if (wants_length(request)) append_field(list, "content-length", {length.data(), length.size()});
  if (state.failed || nghttp2_session_check_request_allowed(state.session) == 0) {
    return fail(Code::closed, "the connection takes no more requests");
  }
  const nghttp2_data_provider provider = body_provider();
  const int32_t id = nghttp2_submit_request(state.session, nullptr, list.data(), list.size(),
                                            request.body.empty() ? nullptr : &provider, &call);
  if (id < 0) {
    return fail(Code::closed, "the connection takes no more requests: {}", nghttp2_strerror(id));
  }
  call.id_ = id;
  call.request_ = &request;
  call.response_ = &into;
  into.clear();
  state.add(call);
  return {};
}

void ClientSession::release(Call& call) {
  call.holds_ = false;
  if (call.in_ && call.waits_) nghttp2_session_resume_data(state().session, call.id_);
  call.waits_ = false;
}

size_t ClientSession::room() const {
  const ClientState& state = this->state();
  if (state.failed || nghttp2_session_check_request_allowed(state.session) == 0) return 0;
  const size_t theirs =
      nghttp2_session_get_remote_settings(state.session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  const size_t allowed = std::min(theirs, state.limits.streams);
  return allowed - std::min(allowed, state.open);
}

size_t ClientSession::open() const { return state().open; }

void ClientSession::end(const Error& why) {
  ClientState& state = this->state();
  if (!state.failed) state.failed = why;
  state.end(state.goaway.empty()
                ? why
                : Error{why.code, fmt::format("{}; it said {}", why.text, state.goaway)});
}

}  // namespace peregrine::wire::http2
