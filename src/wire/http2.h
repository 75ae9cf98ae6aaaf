// HTTP/2 (RFC 9113), sans I/O, on nghttp2: one end of a connection, bytes to messages and back.
//
//   client   ClientSession session;                       server   ServerSession session;
//            session.send(call, request, …, answer);               session.feed(received);
//            session.take_output(out); … send …                    while (Incoming* one =
//            session.feed(received); session.next_request()) … call.ended() is called …
//            session.answer(*one, response);
//                                                                   session.take_output(out); …
//                                                                   send …
//
//   frame   | length, 24 bits | type, 8 | flags, 8 | stream, 31 | payload |
//   stream  HEADERS, CONTINUATION…, DATA…, the last with END_STREAM; RST_STREAM ends it at once
//
// Messages are those of http_message.h: `:method`, `:path`, `:authority` and `:status` are their
// method, target, Host and status. What is of one connection in HTTP/1.1 (section 8.2.2) is left
// out when a message is sent and refused when it comes; cookies are joined (8.2.3). Trailers are
// read and dropped. The server is not allowed to push. CONNECT is not spoken.
//
// Windows are large and opened again as bytes come, since bodies are whole in memory; the limit of
// a body bounds them. The peer's windows and its number of streams are kept to.
//
// A mistake of one stream resets that stream, one of the connection ends it: then feed() fails, and
// the same way ever after, and what take_output() gives tells the peer. Nothing here is shared
// between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/http_message.h"

namespace peregrine::wire::http2 {

// What a client sends first (section 3.4): how a server knows one on a connection where nothing was
// agreed.
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

using StreamId = int32_t;

struct Limits {
  size_t header_bytes = 128 * 1024;  // names and values of a message, and 32 for each field
  size_t header_count = 128;         // of headers, and again of trailers
  size_t body = 64 << 20;
  size_t bodies = 256 << 20;  // bytes of all requests that a server has not given out yet
  size_t streams = 128;       // at once: that a client opens, or a server takes
  size_t interim_responses = 16;
  // SETTINGS, PING, PRIORITY, RST_STREAM and empty DATA frames that a peer may send while no stream
  // comes to its proper end; each that does forgives two, and so does a piece of an answer.
  size_t control_frames = 1000;
  uint32_t stream_window = 1 << 20;
  uint32_t window = 16 << 20;  // of the connection
};

// What both ends have in common.
class Session {
 public:
  struct State;  // nghttp2's, and what it tells
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Takes all of the received bytes. Fails with Code::protocol or Code::limit when the connection
  // cannot go on.
  base::Result<> feed(std::string_view bytes);
  // Puts what is to be sent next into `out`, at most some hundred KiB; nothing if it stays empty.
  // REQUIRES: out is empty; its memory is used again.
  void take_output(std::string& out);
  bool has_output() const;
  // Nothing more will be read or sent: the connection may be closed.
  bool over() const;
  // Says that no further stream will be taken (GOAWAY); those that are open go on.
  void shut_down();

 protected:
  explicit Session(std::unique_ptr<State> state);
  ~Session();

  std::unique_ptr<State> state_;
};

// ---- Client

class ClientSession;

// A request under way. Whoever sends many derives from it, to be told of the end. A call that ends
// before its answer has come resets its stream. Ends before its session.
class Call {
 public:
  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  virtual ~Call();

  enum class Outcome {
    none,         // still under way, or not sent yet
    answered,     // the answer is whole
    failed,       // there is none, see error()
    lost,         // the same, as the connection has ended: whether it was carried out is unknown
    unprocessed,  // the same, and it was not carried out: it may be sent again, whatever it is
  };
  Outcome outcome() const { return outcome_; }
  // Code::closed for a stream or connection that was ended, protocol or limit for an answer that
  // cannot be understood, invalid for headers too large to be sent. REQUIRES: there is no answer.
  const base::Error& error() const { return *error_; }
  // The last byte of its body is not given out before ClientSession::release(). REQUIRES: it was
  // not sent yet, and its request has a body.
  void hold_last_byte() { holds_ = true; }
  // All before that byte was given out, in take_output().
  bool waits() const { return waits_; }
  // All of the request was given out, in take_output().
  bool sent() const { return sent_; }
  // Something of the answer has come.
  bool started() const { return started_; }
  // Its status and headers have. From then on the body may be taken out of the answer as it comes:
  // the limit of a body is for what lies there.
  bool has_head() const { return head_done_; }
  // The server takes this request over HTTP/1.1 only (HTTP_1_1_REQUIRED).
  bool wants_http1() const { return wants_http1_; }

 private:
  friend class ClientSession;
  friend struct ClientState;

  // The outcome is there. Called from within feed(), take_output() or end(): it may look at the
  // call, but neither end it nor use the session.
  virtual void ended() = 0;
  // What waits() says has come true. Called from within take_output(); the same holds.
  virtual void held() {}
  // The head of the answer has come, or more of its body. Called from within feed(); the same
  // holds.
  virtual void came() {}

  struct ClientState* in_ = nullptr;  // while it is under way
  Call* previous_ = nullptr;          // in the list of these
  Call* next_ = nullptr;
  StreamId id_ = 0;
  const Request* request_ = nullptr;
  Response* response_ = nullptr;
  size_t body_sent_ = 0;
  size_t header_bytes_ = 0;
  size_t header_count_ = 0;
  size_t interim_ = 0;
  Outcome outcome_ = Outcome::none;
  std::optional<base::Error> error_{};
  bool holds_ = false;
  bool waits_ = false;
  bool opened_ = false;  // the request's headers were given out
  bool sent_ = false;
  bool started_ = false;
  bool head_done_ = false;
  bool wants_http1_ = false;
};

class ClientSession final : public Session {
 public:
  explicit ClientSession(Limits limits = {});
  ~ClientSession();

  // Begins a request, its answer to come `into`. A Host of the request is sent instead of
  // `authority`. Fails with Code::invalid for what cannot be sent (as http1::append(), and for a
  // target that is no path), closed when the connection takes no more. REQUIRES: the call is new;
  // `request` and `into` stay as they are until it or the session has ended.
  base::Result<> send(Call& call, const Request& request, std::string_view scheme,
                      std::string_view authority, Response& into);
  // The last byte that it holds back may go. Nothing happens when the call has ended.
  void release(Call& call);
  // How many further requests the connection takes now; before the server has said so, 100 in all.
  size_t room() const;
  size_t open() const;  // calls under way
  // The connection has ended, for this reason: so have the calls under way.
  void end(const base::Error& why);

 private:
  ClientState& state() const;
};

// ---- Server

// A request that has come, whole, or as far as it was read before it broke a limit.
struct Incoming {
  Request request{};
  // It is to be refused with this status, 413 or 431.
  std::optional<base::Error> refused{};
  int status = 0;

 protected:
  ~Incoming() = default;
};

class ServerSession final : public Session {
 public:
  explicit ServerSession(Limits limits = {});
  ~ServerSession();

  // One that was not given yet, or null. It is the caller's to answer or to reset, even if its
  // client has given it up, and stays until then. Its request may be moved away.
  Incoming* next_request();
  // Sends an answer; none if its client has given up. Fails with Code::invalid, and nothing
  // happens, for what cannot be sent (as http1::append()). `incoming` is gone after a success.
  base::Result<> answer(Incoming& incoming, Response response);
  // No answer: HTTP_1_1_REQUIRED, or INTERNAL_ERROR. `incoming` is gone then.
  enum class Reason { http1_required, failed };
  void reset(Incoming& incoming, Reason reason);

  // Streams that are open, and requests that were given and not answered.
  size_t open() const;
  // The oldest stream whose request has not come whole, 0 if there is none: whoever has a clock
  // bounds how long that may take.
  StreamId oldest_incomplete() const;
  // Refuses that one, with 408.
  void give_up_oldest();

 private:
  struct ServerState& state() const;
};

}  // namespace peregrine::wire::http2
