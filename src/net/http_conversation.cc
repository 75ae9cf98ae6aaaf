#include "net/http_conversation.h"

#include <utility>

#include "base/check.h"

namespace peregrine::net {

using base::check;
using base::Code;
using base::fail;
using base::Result;
using io::Deadline;
using io::Task;
using wire::Response;
using wire::http1::Framing;

HttpConversation::HttpConversation(HttpConnection& connection, HttpRequest request,
                                   std::span<char> buffer)
    : connection_(connection),
      request_(std::move(request)),
      buffer_(buffer),
      head_only_(head().method == "HEAD"),
      wants_to_be_told_(head().headers.has_token("Connection", "keep-alive")) {}

bool HttpConversation::take_body(std::string& into) {
  if (!connection_.parser.done()) return false;
  connection_.parser.drain_body(into);
  return true;
}

Task<Result<std::string_view>> HttpConversation::next(Deadline deadline) {
  wire::http1::RequestParser& parser = connection_.parser;
  for (;;) {
    parser.drain_body(piece_);
    if (!piece_.empty()) {
      invited_ = true;
      co_return piece_;
    }
    if (parser.done()) co_return std::string_view();
    invite();
    if (!connection_.out.empty()) CO_TRY_OK(co_await connection_.flush(deadline));
    CO_TRY(const size_t size, co_await connection_.stream->receive(buffer_, deadline));
    if (size == 0) {
      co_return fail(Code::closed, "the client went away before the end of its request");
    }
    if (Result<> parsed = connection_.parse({buffer_.data(), size}); !parsed) {
      broken_ = std::move(parsed).error();
      co_return std::unexpected(*broken_);
    }
  }
}

void HttpConversation::invite() {
  const bool waits = stage_ == Stage::none && connection_.parser.expects_continue();
  if (std::exchange(invited_, true) || !waits) return;
  base::check(wire::http1::append(connection_.out, Response{.status = 100}).has_value());
}

Task<Result<>> HttpConversation::respond(const Response& response, Deadline deadline) {
  const std::string& body = response.body;
  const bool has_body = response.status >= 200 && response.status != 204 && response.status != 304;
  CO_TRY_OK(append_head(response, has_body ? std::optional<uint64_t>(body.size()) : std::nullopt));
  if (!head_only_) connection_.out += body;
  stage_ = Stage::begun;
  CO_TRY_OK(co_await connection_.flush(deadline));
  stage_ = Stage::ended;
  co_return Result<>{};
}

Task<Result<>> HttpConversation::begin(Response head, std::optional<uint64_t> size,
                                       Deadline deadline) {
  chunked_ = !size && connection_.parser.minor_version() >= 1;
  // The end of the connection is the only end that HTTP/1.0 knows.
  if (!size && !chunked_) keeps_ = false;
  // Behind the head of an answer nobody can be invited any more.
  invite();
  CO_TRY_OK(append_head(head, size));
  left_ = size;
  stage_ = Stage::begun;
  co_return co_await connection_.flush(deadline);
}

Result<> HttpConversation::append_head(const Response& head, std::optional<uint64_t> size) {
  check(stage_ == Stage::none, "an answer is begun twice");
  // A request that nobody will read to its end ends the connection.
  keeps_ = keeps_ && connection_.parser.keep_alive() && connection_.parser.done() &&
           !head.headers.has_token("Connection", "close");
  Framing framing;
  if (size) framing = {Framing::Kind::length, *size};
  if (chunked_) framing = {Framing::Kind::chunked, 0};
  Result<> written;
  if (keeps_ && !wants_to_be_told_) {
    written = wire::http1::append_head(connection_.out, head, framing);
  } else {
    Response told{.status = head.status, .reason = head.reason, .headers = head.headers};
    told.headers.set("Connection", keeps_ ? "keep-alive" : "close");
    written = wire::http1::append_head(connection_.out, told, framing);
  }
  if (!written) connection_.out.clear();
  return written;
}

Task<Result<>> HttpConversation::write(std::string_view piece, Deadline deadline) {
  check(stage_ == Stage::begun, "a piece of an answer is written before its head or after its end");
  if (left_ && piece.size() > *left_) {
    co_return fail(Code::invalid, "the answer is longer than it said");
  }
  if (left_) *left_ -= piece.size();
  if (head_only_ || piece.empty()) co_return Result<>{};
  if (!chunked_) co_return co_await connection_.stream->send(piece, deadline);
  wire::http1::append_chunk(connection_.out, piece);
  co_return co_await connection_.flush(deadline);
}

Task<Result<>> HttpConversation::end(Deadline deadline) {
  check(stage_ == Stage::begun, "an answer is ended that was not begun");
  if (left_.value_or(0) > 0 && !head_only_) {
    co_return fail(Code::invalid, "the answer is shorter than it said");
  }
  if (chunked_ && !head_only_) {
    wire::http1::append_last_chunk(connection_.out);
    CO_TRY_OK(co_await connection_.flush(deadline));
  }
  stage_ = Stage::ended;
  co_return Result<>{};
}

Task<Result<>> HttpConversation::cut(std::string bytes, Deadline deadline) {
  check(stage_ == Stage::none, "a connection is cut within an answer");
  stage_ = Stage::begun;  // and not ended: the server cuts it
  if (bytes.empty()) co_return Result<>{};
  co_return co_await connection_.stream->send(bytes, deadline);
}

Task<Result<HttpConversation::Upgraded>> HttpConversation::upgrade(Response response,
                                                                   Deadline deadline) {
  check(stage_ == Stage::none && response.status == 101, "a connection is upgraded with a 101");
  if (!connection_.parser.done()) {
    co_return fail(Code::protocol, "a request with a body cannot switch protocols");
  }
  CO_TRY_OK(wire::http1::append_head(connection_.out, response, {}));
  stage_ = Stage::upgraded;
  CO_TRY_OK(co_await connection_.flush(deadline));
  co_return Upgraded{*connection_.stream, connection_.kept.substr(connection_.kept_at)};
}

bool HttpConversation::keeps() const { return stage_ == Stage::ended && keeps_; }

}  // namespace peregrine::net
