#include "wire/http1.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "wire/feed.h"

namespace peregrine::wire::http1 {

using base::check;
using base::Code;
using base::fail;
using base::Result;
using namespace std::string_view_literals;

// ---- MessageReader

Result<size_t> MessageReader::feed(std::string_view bytes) {
  return detail::feed(
      bytes, failed_, [this] { return done(); },
      [this](std::string_view& rest) { return step(rest); });
}

Result<> MessageReader::step(std::string_view& rest) {
  started_ = true;
  if (stage_ == Stage::start_line) {
    TRY(const auto line, lines_.next(rest, limits_.start_line, start_line_name()));
    return line ? start_line(*line) : Result<>{};
  }
  if (stage_ == Stage::headers) {
    take_plain_headers(rest);
    TRY(const auto line, lines_.next(rest, limits_.header_line, "header line"));
    if (!line) return {};
    return line->empty() ? begin_body() : take_header(*line);
  }
  TRY_OK(body_reader_.feed(rest, body(), limits_));
  if (body_reader_.done()) stage_ = Stage::done;
  return {};
}

// As many as come in one piece and hold to every limit.
void MessageReader::take_plain_headers(std::string_view& rest) {
  if (!lines_.at_begin()) return;
  const size_t before = headers().size();
  const size_t taken = take_plain_fields(
      rest, {limits_.header_count, limits_.header_line, limits_.header_bytes - header_bytes_},
      headers());
  rest.remove_prefix(taken);
  header_bytes_ += taken - 2 * (headers().size() - before);
}

Result<> MessageReader::take_header(std::string_view line) {
  if (headers().size() == limits_.header_count) {
    return fail(Code::limit, "there are more than {} headers", limits_.header_count);
  }
  header_bytes_ += line.size();
  if (header_bytes_ > limits_.header_bytes) {
    return fail(Code::limit, "the headers have more than {} bytes together", limits_.header_bytes);
  }
  return parse_field(line, headers());
}

Result<> MessageReader::begin_body() {
  // First, so that a length beyond the limit counts as the body's mistake (error_status).
  stage_ = Stage::body;
  header_bytes_ = 0;
  TRY(const std::optional<Framing> framing, head_complete());
  if (!framing) {
    stage_ = Stage::start_line;
    return {};
  }
  TRY_OK(body_reader_.begin(*framing, limits_));
  if (body_reader_.done()) stage_ = Stage::done;
  return {};
}

void MessageReader::drain_body(std::string& into) {
  check(head_done(), "a body is taken before its head");
  into.clear();
  into.swap(body());
}

void MessageReader::restart() {
  stage_ = Stage::start_line;
  lines_.reset();
  failed_.reset();
  header_bytes_ = 0;
  started_ = false;
}

// ---- RequestParser

Request RequestParser::take() {
  check(done(), "a request is taken before it is complete");
  Request result = std::exchange(request_, {});
  reset();
  return result;
}

void RequestParser::reset() {
  restart();
  request_.clear();
  blank_line_skipped_ = false;
}

Result<> RequestParser::start_line(std::string_view line) {
  if (line.empty() && !blank_line_skipped_) {
    blank_line_skipped_ = true;  // RFC 9112 section 2.2: some clients end a body with a stray CRLF
    return {};
  }
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return fail(Code::protocol, "{} is not a request line; it must be 'METHOD target HTTP/1.1'",
                excerpt(line));
  }
  TRY(minor_version_, parse_version(line.substr(last + 1)));
  request_.method = line.substr(0, first);
  request_.target = line.substr(first + 1, last - first - 1);
  if (!is_token(request_.method)) {
    return fail(Code::protocol, "{} is not a request method", excerpt(request_.method));
  }
  if (!is_target(request_.target)) {
    return fail(Code::protocol,
                "the request target {} has a space or control character; it must be "
                "percent-encoded",
                excerpt(request_.target));
  }
  stage_ = Stage::headers;
  return {};
}

Result<std::optional<Framing>> RequestParser::head_complete() {
  size_t hosts = 0;
  for (const Header header : request_.headers) hosts += same_ignoring_case(header.name, "Host");
  if (hosts > 1) return fail(Code::protocol, "the request has {} Host headers", hosts);
  if (hosts == 0 && minor_version_ >= 1) {
    return fail(Code::protocol, "the request has no Host header, which HTTP/1.1 requires");
  }
  return declared_framing(request_.headers, minor_version_);
}

bool RequestParser::expects_continue() const {
  return stage_ == Stage::body && minor_version_ >= 1 && request_.body.empty() &&
         request_.headers.has_token("Expect", "100-continue");
}

int RequestParser::error_status() const {
  if (!failed_ || failed_->code != Code::limit) return 400;
  if (stage_ == Stage::start_line) return 414;
  return stage_ == Stage::headers ? 431 : 413;
}

// ---- ResponseParser

Response ResponseParser::take() {
  check(done(), "a response is taken before it is complete");
  Response result = std::exchange(response_, {});
  forget();
  return result;
}

void ResponseParser::reset(std::string_view request_method) {
  if (request_method_ != request_method) request_method_ = request_method;
  if (started()) forget();
}

void ResponseParser::forget() {
  restart();
  response_.clear();
  until_close_ = false;
  interim_responses_ = 0;
}

Result<> ResponseParser::start_line(std::string_view line) {
  // "HTTP/1.1 404 Not Found"; many servers leave out the space before an empty reason.
  constexpr size_t kVersionBytes = 8;
  constexpr size_t kStatusEnd = kVersionBytes + 1 + 3;
  TRY(minor_version_, parse_version(line.substr(0, kVersionBytes)));
  const auto digit = [&](size_t i) { return line[i] >= '0' && line[i] <= '9'; };
  if (line.size() < kStatusEnd || line[kVersionBytes] != ' ' || line[kVersionBytes + 1] == '0' ||
      !digit(kVersionBytes + 1) || !digit(kVersionBytes + 2) || !digit(kVersionBytes + 3) ||
      (line.size() > kStatusEnd && line[kStatusEnd] != ' ')) {
    return fail(Code::protocol, "{} is not a status line; it must be 'HTTP/1.1 200 reason'",
                excerpt(line));
  }
  response_.status = 0;
  for (size_t i = kVersionBytes + 1; i < kStatusEnd; ++i) {
    response_.status = response_.status * 10 + (line[i] - '0');
  }
  if (line.size() > kStatusEnd) response_.reason = line.substr(kStatusEnd + 1);
  if (!is_field_text(response_.reason)) {
    return fail(Code::protocol, "the status line {} has a control character", excerpt(line));
  }
  stage_ = Stage::headers;
  return {};
}

Result<std::optional<Framing>> ResponseParser::head_complete() {
  TRY(Framing framing, declared_framing(response_.headers, minor_version_));
  const int status = response_.status;
  if (status < 200 && status != 101) {
    if (++interim_responses_ > limits_.interim_responses) {
      return fail(Code::limit, "more than {} interim responses (1xx) came before the response",
                  limits_.interim_responses);
    }
    response_.clear();
    return std::nullopt;
  }
  const bool tunnel = status == 101 || (request_method_ == "CONNECT"sv && status < 300);
  if (request_method_ == "HEAD"sv || tunnel || status == 204 || status == 304) return Framing{};
  if (framing.kind == Framing::Kind::none) framing.kind = Framing::Kind::until_close;
  until_close_ = framing.kind == Framing::Kind::until_close;
  return framing;
}

Result<> ResponseParser::finish() {
  if (failed_) return std::unexpected(*failed_);
  if (!started()) return fail(Code::closed, "the connection was closed without a response");
  if (!head_done()) {
    return fail(Code::closed, "the connection was closed before the end of the response's headers");
  }
  TRY_OK(body_reader_.finish());
  stage_ = Stage::done;
  return {};
}

bool ResponseParser::keep_alive() const {
  const bool tunnel = response_.status == 101 || request_method_ == "CONNECT"sv;
  return !until_close_ && !tunnel && keeps_alive(response_.headers, minor_version_);
}

}  // namespace peregrine::wire::http1
