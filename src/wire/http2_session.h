// What both roles of HTTP/2 are made of: a session of nghttp2 and what it calls, and the header
// lists. Inside wire/ only: whoever uses the sessions includes http2.h.
#pragma once

#include <nghttp2/nghttp2.h>

#include <vector>

#include "wire/http2.h"

namespace peregrine::wire::http2 {

// nghttp2 calls back from within nghttp2_session_mem_recv() and nghttp2_session_mem_send(), and so
// from within feed() and pump(). Frames may be submitted there, but no bytes fed or taken.
struct Session::State {
  enum class Role { client, server };
  State(Role role, Limits its_limits);
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  virtual ~State();

  // Moves what nghttp2 wants to send to `output`, up to kMostOutput.
  void pump();
  // The connection cannot go on; the first cause counts. The peer is told this code.
  void fail_with(base::Error why, uint32_t code);
  void reset_stream(StreamId id, uint32_t code);
  // A stream came to its proper end.
  void forgive();

  // What the roles make of it. Streams are those that the role has opened or begun.
  virtual void head_begins(StreamId) {}
  virtual void field(StreamId id, std::string_view name, std::string_view value) = 0;
  virtual void head_ends(StreamId id) = 0;
  virtual void data(StreamId id, std::string_view bytes) = 0;
  virtual void message_ends(StreamId id) = 0;  // END_STREAM came
  virtual void peer_resets(StreamId, uint32_t) {}
  virtual void head_sent(StreamId) {}
  virtual void not_sent(StreamId, int) {}      // headers, for this error of nghttp2
  virtual void message_sent(StreamId id) = 0;  // END_STREAM was given out
  virtual void closed(StreamId id, uint32_t code) = 0;
  virtual void failed_for(const base::Error&) {}  // the connection
  // The body of the stream's message, and how much of it was sent; null: no longer wanted.
  struct Body {
    std::string_view bytes;
    size_t* sent;
    bool holds_last = false;  // the last byte is not to go yet
  };
  virtual std::optional<Body> body(StreamId id) = 0;
  virtual void last_is_held(StreamId) {}  // all before it was given out

  // Whose stream it is, null if that is over or never was.
  template <class Stream>
  Stream* find(StreamId id) const {
    return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  Limits limits;
  nghttp2_session* session = nullptr;
  std::string output;
  std::optional<base::Error> failed;
  std::string goaway;            // what the peer's GOAWAY said, if it was no farewell
  int violation = 0;             // the latest that nghttp2 found, as its error code
  size_t patience;               // see Limits::control_frames
  std::vector<nghttp2_nv> list;  // of the headers that are being sent; its memory is kept
};

// nghttp2 copies the bodies' bytes straight to the output.
nghttp2_data_provider body_provider();

// The name of an error code (section 7): "REFUSED_STREAM".
std::string_view error_name(uint32_t code);

// Appends to `list` what a header list of HTTP/2 has of these fields: without Host and what is of
// one connection. Views; the names come into lower case when nghttp2 copies them.
void append_field(std::vector<nghttp2_nv>& list, std::string_view name, std::string_view value);
void append_fields(std::vector<nghttp2_nv>& list, const Headers& headers);
// Fails with Code::invalid for a name or value that cannot be sent.
base::Result<> check_fields(const Headers& headers);

// Joins several Cookie fields to one (section 8.2.3).
void join_cookies(Headers& headers);

}  // namespace peregrine::wire::http2
