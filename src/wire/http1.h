// HTTP/1.1 (RFC 9112), sans I/O: bytes to messages and back.
//
// The parsers take bytes in pieces of any size and give the same result however they are cut. They
// hold the sender to the letter wherever leniency has been used to smuggle requests; the sections
// of RFC 9112 are: lines end in CRLF (2.2), no folded header lines (5.2), no space before the colon
// (5.1), one Host (3.2), one Content-Length, or equal ones, or `Transfer-Encoding: chunked`, never
// both (6.1 to 6.3), hexadecimal chunk sizes (7.1). Everything that grows has a limit.
//
//   RequestParser parser;
//   while (!parser.done()) {
//     … receive into buffer …
//     TRY(const size_t used, parser.feed(bytes));  // used < bytes.size(): the next message follows
//   }
//   Request request = parser.take();               // the parser is ready for the next
//
// Errors are Code::protocol or Code::limit (Code::closed from finish()) and final: the stream
// cannot be understood any further, the parser says the same again, the connection should be
// closed. No object here is shared between threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/http1_body.h"
#include "wire/http1_fields.h"
#include "wire/http1_line.h"
#include "wire/http_message.h"

namespace peregrine::wire::http1 {

// What a message may have at most. Sizes in bytes, lines without their CRLF.
struct Limits {
  size_t start_line = 16 * 1024;
  size_t header_line = 16 * 1024;
  size_t header_count = 128;         // of headers, and again of trailers
  size_t header_bytes = 128 * 1024;  // all header lines together, and again all trailers
  size_t chunk_line = 1024;          // a chunk's size with its extensions
  size_t body = 64 << 20;
  size_t interim_responses = 16;  // 1xx in front of one response
};

// What requests and responses have in common: a start line, headers, a body.
class MessageReader {
 public:
  MessageReader(const MessageReader&) = delete;
  MessageReader& operator=(const MessageReader&) = delete;

  // Takes bytes up to the end of the message at most. How many were taken.
  base::Result<size_t> feed(std::string_view bytes);
  bool done() const { return stage_ == Stage::done; }
  // Whether a byte of this message has come.
  bool started() const { return started_; }
  // Whether its headers are complete.
  bool head_done() const { return stage_ == Stage::body || stage_ == Stage::done; }
  // What has come of the body since the last call, for whoever takes it in pieces: Limits::body is
  // then of a piece. `into` lends its memory. REQUIRES: head_done().
  void drain_body(std::string& into);

 protected:
  explicit MessageReader(Limits limits) : limits_(limits) {}
  ~MessageReader() = default;
  void restart();

  enum class Stage { start_line, headers, body, done };
  virtual std::string_view start_line_name() const = 0;
  virtual base::Result<> start_line(std::string_view line) = 0;
  // The headers are complete: how the body comes, or nothing if this was an interim response.
  virtual base::Result<std::optional<Framing>> head_complete() = 0;
  virtual Headers& headers() = 0;
  virtual std::string& body() = 0;

  Limits limits_;
  Stage stage_ = Stage::start_line;
  BodyReader body_reader_;
  std::optional<base::Error> failed_;

 private:
  base::Result<> step(std::string_view& rest);
  void take_plain_headers(std::string_view& rest);
  base::Result<> take_header(std::string_view line);
  base::Result<> begin_body();

  LineReader lines_;
  size_t header_bytes_ = 0;
  bool started_ = false;
};

class RequestParser final : public MessageReader {
 public:
  explicit RequestParser(Limits limits = {}) : MessageReader(limits) {}

  // The message; the parser begins the next one. REQUIRES: done().
  Request take();
  // The same where it is, until the parser is used again; its body as far as it has come. REQUIRES:
  // head_done().
  const Request& message() const { return request_; }
  // Forgets everything, errors too. Memory is kept for the next message.
  void reset();

  // REQUIRES: head_done().
  // Whether another request may follow on this connection (RFC 9112 section 9.3).
  bool keep_alive() const { return keeps_alive(request_.headers, minor_version_); }
  // 1 for HTTP/1.1, 0 for HTTP/1.0.
  int minor_version() const { return minor_version_; }
  // Whether the client waits for "100 Continue" before it sends its body (RFC 9110 section 10.1.1).
  bool expects_continue() const;

  // After an error: the status to answer with, 400, 413 (body), 414 (target) or 431 (headers).
  int error_status() const;

 private:
  std::string_view start_line_name() const override { return "request line"; }
  base::Result<> start_line(std::string_view line) override;
  base::Result<std::optional<Framing>> head_complete() override;
  Headers& headers() override { return request_.headers; }
  std::string& body() override { return request_.body; }

  Request request_;
  int minor_version_ = 1;
  bool blank_line_skipped_ = false;
};

class ResponseParser final : public MessageReader {
 public:
  // The method of the request decides whether the response has a body: none follows HEAD, nor a
  // successful CONNECT.
  explicit ResponseParser(std::string_view request_method = "GET", Limits limits = {})
      : MessageReader(limits), request_method_(request_method) {}

  // The message; the parser begins the next one, for a request of the same method. Interim
  // responses (1xx) are passed over, 101 apart: with it done() is true and what follows is no
  // longer HTTP. REQUIRES: done().
  Response take();
  // The same where it is, until the parser is used again; its body as far as it has come. REQUIRES:
  // head_done().
  const Response& message() const { return response_; }
  // Forgets everything, errors too. Memory is kept for the next message.
  void reset(std::string_view request_method);

  // The stream has ended. Completes a body that lasts until the end of the connection; fails with
  // Code::closed if the response is not complete.
  base::Result<> finish();

  // Whether the connection may carry another request. REQUIRES: head_done().
  bool keep_alive() const;

 private:
  std::string_view start_line_name() const override { return "status line"; }
  base::Result<> start_line(std::string_view line) override;
  base::Result<std::optional<Framing>> head_complete() override;
  Headers& headers() override { return response_.headers; }
  std::string& body() override { return response_.body; }
  void forget();

  std::string request_method_;
  Response response_;
  int minor_version_ = 1;
  bool until_close_ = false;
  size_t interim_responses_ = 0;
};

// Appends the message as HTTP/1.1 says it. Content-Length is always set here, from the body;
// Content-Length and Transfer-Encoding among the headers are left out, so that a message that was
// received chunked can be passed on. Where the request has no Host, `host` is sent first as one, if
// it is not empty.
//
// Fails with Code::invalid, and appends nothing, for whatever would not arrive as it was meant: CR,
// LF or another control character in a method, target, header or reason, a name that is no token,
// a status outside 100 to 999, a body where the status allows none (1xx, 204, 304).
base::Result<> append(std::string& out, const Request& request, std::string_view host = {});

// Answers to HEAD keep the Content-Length of what GET would bring, and carry no body.
enum class AnswerTo { get, head };
base::Result<> append(std::string& out, const Response& response, AnswerTo to = AnswerTo::get);

// The same without the body, which is sent behind it as `framing` says: not at all, with a length,
// in chunks, or up to the end of the connection.
base::Result<> append_head(std::string& out, const Request& request, Framing framing);
base::Result<> append_head(std::string& out, const Response& response, Framing framing);
// A piece of a chunked body; nothing for no bytes.
void append_chunk(std::string& out, std::string_view bytes);
// Its end.
void append_last_chunk(std::string& out);

}  // namespace peregrine::wire::http1
