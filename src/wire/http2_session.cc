#include "wire/http2_session.h"

#include <algorithm>

#include "base/check.h"
#include "wire/http1_line.h"

namespace peregrine::wire::http2 {

using base::check;
using base::Code;
using base::Error;
using base::fail;
using base::Result;

namespace {

// Output that is not taken makes nghttp2 wait, with no more than its own bounded queues.
constexpr size_t kMostOutput = size_t{256} << 10;
constexpr size_t kForgiven = 2;
// What we send of headers at most, as nghttp2 reckons it.
constexpr size_t kMostHeaderBlock = size_t{256} << 10;
// SETTINGS that nghttp2 takes in one frame, and our answers to SETTINGS and PING that it keeps.
constexpr size_t kMostSettings = 32;
constexpr size_t kMostAnswers = 1000;
constexpr size_t kFrameHead = 9;

using State = Session::State;

// ---- What nghttp2 calls

bool is_nothing_done(const nghttp2_frame_hd& head) {
  switch (head.type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_CONTINUATION:
    case NGHTTP2_WINDOW_UPDATE:
    case NGHTTP2_GOAWAY:
    case NGHTTP2_PUSH_PROMISE:
      return false;
    case NGHTTP2_DATA:
      return head.length == 0 && (head.flags & NGHTTP2_FLAG_END_STREAM) == 0;
    case NGHTTP2_SETTINGS:
    case NGHTTP2_PING:
      return (head.flags & NGHTTP2_FLAG_ACK) == 0;
    default:
      return true;
  }
}

// The functions that nghttp2 is given.
struct Calls {
  static State& of(void* user) { return *static_cast<State*>(user); }

  static int begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* user) {
    State& state = of(user);
    if (!is_nothing_done(*head) || state.patience-- > 0) return 0;
    state.patience = 0;
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) of(user).head_begins(frame->hd.stream_id);
    return 0;
  }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                    size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                    void* user) {
    of(user).field(frame->hd.stream_id, {reinterpret_cast<const char*>(name), name_size},
                   {reinterpret_cast<const char*>(value), value_size});
    return 0;
  }

  // Without this nghttp2 would pass over such a field, and the message be another than was sent.
  static int invalid_header(nghttp2_session*, const nghttp2_frame*, const uint8_t*, size_t,
                            const uint8_t*, size_t, uint8_t, void* user) {
    of(user).violation = NGHTTP2_ERR_HTTP_HEADER;
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int data_chunk(nghttp2_session*, uint8_t, int32_t id, const uint8_t* bytes, size_t size,
                        void* user) {
    of(user).data(id, {reinterpret_cast<const char*>(bytes), size});
    return 0;
  }

  static int frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    State& state = of(user);
    const StreamId id = frame->hd.stream_id;
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        state.head_ends(id);
        [[fallthrough]];
      case NGHTTP2_DATA:
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) state.message_ends(id);
        break;
      case NGHTTP2_RST_STREAM:
        state.peer_resets(id, frame->rst_stream.error_code);
        break;
      case NGHTTP2_GOAWAY:
        note_goaway(state, frame->goaway);
        break;
      default:
        break;
    }
    return 0;
  }

  static void note_goaway(State& state, const nghttp2_goaway& goaway) {
    if (goaway.error_code == NGHTTP2_NO_ERROR) return;
    state.goaway = error_name(goaway.error_code);
    if (goaway.opaque_data_len == 0) return;
    state.goaway += ' ';
    state.goaway +=
        http1::excerpt({reinterpret_cast<const char*>(goaway.opaque_data), goaway.opaque_data_len});
  }

  static int invalid_frame(nghttp2_session*, const nghttp2_frame*, int error, void* user) {
    of(user).violation = error;
    return 0;
  }

  static int frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    State& state = of(user);
    const StreamId id = frame->hd.stream_id;
    const bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (frame->hd.type == NGHTTP2_HEADERS) state.head_sent(id);
    if (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) {
      if (last) state.message_sent(id);
    } else if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR) {
      note_own_goaway(state, frame->goaway);
    }
    return 0;
  }

  // nghttp2 has found a mistake of the connection, and says here which.
  static void note_own_goaway(State& state, const nghttp2_goaway& goaway) {
    if (state.failed) return;
    std::string_view why(reinterpret_cast<const char*>(goaway.opaque_data), goaway.opaque_data_len);
    if (why.empty() && state.violation != 0) why = nghttp2_strerror(state.violation);
    const bool flood = goaway.error_code == NGHTTP2_ENHANCE_YOUR_CALM;
    state.failed = Error{flood ? Code::limit : Code::protocol,
                         fmt::format("the other side breaks HTTP/2: {}{}{}",
                                     error_name(goaway.error_code), why.empty() ? "" : ", ", why)};
  }

  static int frame_not_sent(nghttp2_session*, const nghttp2_frame* frame, int error, void* user) {
    if (frame->hd.type == NGHTTP2_HEADERS) of(user).not_sent(frame->hd.stream_id, error);
    return 0;
  }

  static int stream_closed(nghttp2_session*, int32_t id, uint32_t code, void* user) {
    of(user).closed(id, code);
    return 0;
  }

  static ssize_t read_body(nghttp2_session*, int32_t id, uint8_t*, size_t size, uint32_t* flags,
                           nghttp2_data_source*, void* user) {
    const auto body = of(user).body(id);
    if (!body) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const size_t held = body->holds_last ? 1 : 0;
    const size_t left = body->bytes.size() - *body->sent - held;
    if (left == 0 && held > 0) {
      of(user).last_is_held(id);
      return NGHTTP2_ERR_DEFERRED;
    }
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (left <= size && held == 0) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(std::min(left, size));
  }

  static int send_body(nghttp2_session*, nghttp2_frame* frame, const uint8_t* head, size_t size,
                       nghttp2_data_source*, void* user) {
    State& state = of(user);
    const auto body = state.body(frame->hd.stream_id);
    if (!body) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    state.output.append(reinterpret_cast<const char*>(head), kFrameHead);
    state.output.append(body->bytes.substr(*body->sent, size));
    *body->sent += size;
    return 0;
  }

  static nghttp2_session_callbacks* all() {
    static nghttp2_session_callbacks* const table = make();
    return table;
  }

  static nghttp2_session_callbacks* make() {
    nghttp2_session_callbacks* table = nullptr;
    check(nghttp2_session_callbacks_new(&table) == 0, "nghttp2 has no memory");
    nghttp2_session_callbacks_set_on_begin_frame_callback(table, begin_frame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(table, begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(table, header);
    nghttp2_session_callbacks_set_on_invalid_header_callback(table, invalid_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table, data_chunk);
    nghttp2_session_callbacks_set_on_frame_recv_callback(table, frame_received);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table, invalid_frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(table, frame_sent);
    nghttp2_session_callbacks_set_on_frame_not_send_callback(table, frame_not_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(table, stream_closed);
    nghttp2_session_callbacks_set_send_data_callback(table, send_body);
    return table;
  }

  static nghttp2_option* make_options() {
    nghttp2_option* options = nullptr;
    check(nghttp2_option_new(&options) == 0, "nghttp2 has no memory");
    nghttp2_option_set_no_closed_streams(options, 1);
    nghttp2_option_set_max_reserved_remote_streams(options, 0);  // nothing is to be pushed
    nghttp2_option_set_max_send_header_block_length(options, kMostHeaderBlock);
    nghttp2_option_set_max_settings(options, kMostSettings);
    nghttp2_option_set_max_outbound_ack(options, kMostAnswers);
    return options;
  }
  static const nghttp2_option* options() {
    static nghttp2_option* const all = make_options();
    return all;
  }
};

}  // namespace

nghttp2_data_provider body_provider() {
  return {.source = {.ptr = nullptr}, .read_callback = Calls::read_body};
}

std::string_view error_name(uint32_t code) { return nghttp2_http2_strerror(code); }

// ---- State

Session::State::State(Role role, Limits its_limits)
    : limits(its_limits), patience(its_limits.control_frames) {
  const auto make =
      role == Role::client ? nghttp2_session_client_new2 : nghttp2_session_server_new2;
  check(make(&session, Calls::all(), this, Calls::options()) == 0, "nghttp2 has no memory");
  std::vector<nghttp2_settings_entry> settings{
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.stream_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(limits.header_bytes)}};
  if (role == Role::client) {
    settings.push_back({NGHTTP2_SETTINGS_ENABLE_PUSH, 0});
  } else {
    settings.push_back(
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, static_cast<uint32_t>(limits.streams)});
    settings.push_back({NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1});
  }
  check(nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) == 0,
        "nghttp2 does not take its settings");
  check(nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0,
                                              static_cast<int32_t>(limits.window)) == 0,
        "nghttp2 does not take its window");
}

Session::State::~State() { nghttp2_session_del(session); }

void Session::State::pump() {
  while (output.size() < kMostOutput) {
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session, &bytes);
    if (size == 0) break;
    if (size < 0) {
      if (!failed) {
        failed = Error{Code::failed, fmt::format("HTTP/2: {}", nghttp2_strerror(int(size)))};
      }
      break;
    }
    output.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  }
}

void Session::State::fail_with(Error why, uint32_t code) {
  if (!failed) failed = std::move(why);
  nghttp2_session_terminate_session(session, code);
}

void Session::State::reset_stream(StreamId id, uint32_t code) {
  nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, code);
}

void Session::State::forgive() { patience = std::min(patience + kForgiven, limits.control_frames); }

// ---- Session

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::~Session() = default;

Result<> Session::feed(std::string_view bytes) {
  State& state = *state_;
  if (state.failed) return std::unexpected(*state.failed);
  const ssize_t used = nghttp2_session_mem_recv(
      state.session, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (used == NGHTTP2_ERR_CALLBACK_FAILURE || used == NGHTTP2_ERR_FLOODED) {
    state.fail_with({Code::limit, "the other side sends frames that ask for nothing, too many"},
                    NGHTTP2_ENHANCE_YOUR_CALM);
  } else if (used < 0) {
    state.fail_with({Code::protocol, fmt::format("the other side does not speak HTTP/2: {}",
                                                 nghttp2_strerror(static_cast<int>(used)))},
                    NGHTTP2_PROTOCOL_ERROR);
  }
  // That the connection cannot go on is known from the GOAWAY that nghttp2 sends.
  state.pump();
  if (!state.failed) return {};
  state.failed_for(*state.failed);
  return std::unexpected(*state.failed);
}

void Session::take_output(std::string& out) {
  check(out.empty(), "output is taken while there is some");
  state_->pump();
  out.swap(state_->output);
}

bool Session::has_output() const {
  return !state_->output.empty() || nghttp2_session_want_write(state_->session) != 0;
}

bool Session::over() const {
  return !has_output() && (state_->failed || nghttp2_session_want_read(state_->session) == 0);
}

void Session::shut_down() {
  if (state_->failed) return;
  // All that came up to now will be answered, what is on its way will not.
  nghttp2_submit_goaway(state_->session, NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(state_->session), NGHTTP2_NO_ERROR,
                        nullptr, 0);
}

}  // namespace peregrine::wire::http2
