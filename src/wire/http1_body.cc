#include "wire/http1_body.h"

#include <algorithm>
#include <charconv>

#include "wire/http1.h"

namespace peregrine::wire::http1 {

using base::Code;
using base::fail;
using base::Result;

namespace {

// Memory is promised to a declared length only up to here; the rest is taken as bytes come.
constexpr uint64_t kReserveBytes = 1 << 20;

std::unexpected<base::Error> too_large(size_t limit) {
  return fail(Code::limit, "the body is larger than {} bytes", limit);
}

void skip_space(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

// Whether a token was there.
bool take_token(std::string_view& text) {
  const size_t size = token_size(text);
  text.remove_prefix(size);
  return size > 0;
}

bool take_quoted(std::string_view& text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

// Section 7.1.1: ";name", ";name=value", ';name="value"', any number of them.
bool are_extensions(std::string_view text) {
  while (!text.empty()) {
    skip_space(text);
    if (!text.starts_with(';')) return false;
    text.remove_prefix(1);
    skip_space(text);
    if (!take_token(text)) return false;
    std::string_view value = text;
    skip_space(value);
    if (!value.starts_with('=')) continue;
    value.remove_prefix(1);
    skip_space(value);
    if (!(value.starts_with('"') ? take_quoted(value) : take_token(value))) return false;
    text = value;
  }
  return true;
}

// The size before any extension: "1a", "1a;name=value", "1a ;name".
Result<uint64_t> parse_chunk_size(std::string_view line) {
  uint64_t size = 0;
  const char* end = line.data() + line.size();
  const auto [after, error] = std::from_chars(line.data(), end, size, 16);
  if (error == std::errc::result_out_of_range) {
    return fail(Code::limit, "the chunk size {} is more than any body may have", excerpt(line));
  }
  const auto rest = line.substr(static_cast<size_t>(after - line.data()));
  const size_t next = std::min(rest.find_first_not_of(" \t"), rest.size());
  const bool extended = next < rest.size() && rest[next] == ';';
  if (error != std::errc() || !(rest.empty() || extended)) {
    return fail(Code::protocol, "{} is not a chunk size; it must be hexadecimal digits",
                excerpt(line));
  }
  if (!is_field_text(rest) || !are_extensions(rest)) {
    return fail(Code::protocol, "the chunk size {} has an extension that is not ';name=value'",
                excerpt(line));
  }
  return size;
}

}  // namespace

Result<> BodyReader::begin(Framing framing, const Limits& limits) {
  lines_.reset();
  trailers_ = trailer_bytes_ = 0;
  left_ = 0;
  switch (framing.kind) {
    case Framing::Kind::none:
      stage_ = Stage::done;
      return {};
    case Framing::Kind::length:
      if (framing.length > limits.body) return too_large(limits.body);
      left_ = framing.length;
      stage_ = left_ > 0 ? Stage::counted : Stage::done;
      return {};
    case Framing::Kind::chunked:
      stage_ = Stage::chunk_size;
      return {};
    case Framing::Kind::until_close:
      stage_ = Stage::until_close;
      return {};
  }
  return {};
}

Result<> BodyReader::feed(std::string_view& input, std::string& body, const Limits& limits) {
  switch (stage_) {
    case Stage::counted:
    case Stage::chunk_data:
      return take_counted(input, body);
    case Stage::until_close:
      if (input.size() > limits.body - body.size()) return too_large(limits.body);
      body += input;
      input = {};
      return {};
    case Stage::chunk_size:
      return take_chunk_size(input, body, limits);
    case Stage::chunk_end:
      return take_chunk_end(input);
    case Stage::trailers:
      return take_trailer(input, limits);
    case Stage::done:
      return {};
  }
  return {};
}

Result<> BodyReader::take_counted(std::string_view& input, std::string& body) {
  if (body.empty()) body.reserve(std::min(left_, kReserveBytes));
  const auto taken = static_cast<size_t>(std::min<uint64_t>(left_, input.size()));
  body += input.substr(0, taken);
  input.remove_prefix(taken);
  left_ -= taken;
  if (left_ == 0) stage_ = stage_ == Stage::counted ? Stage::done : Stage::chunk_end;
  return {};
}

Result<> BodyReader::take_chunk_size(std::string_view& input, const std::string& body,
                                     const Limits& limits) {
  TRY(const auto line, lines_.next(input, limits.chunk_line, "line of a chunk's size"));
  if (!line) return {};
  TRY(left_, parse_chunk_size(*line));
  if (left_ > limits.body - body.size()) return too_large(limits.body);
  stage_ = left_ > 0 ? Stage::chunk_data : Stage::trailers;
  return {};
}

Result<> BodyReader::take_chunk_end(std::string_view& input) {
  // A chunk that is longer than it said shows here.
  Result<std::optional<std::string_view>> line = lines_.next(input, 0, "end of a chunk");
  if (!line || (*line && !(*line)->empty())) {
    return fail(Code::protocol, "a chunk is not followed by CRLF; its size may be wrong");
  }
  if (*line) stage_ = Stage::chunk_size;
  return {};
}

Result<> BodyReader::take_trailer(std::string_view& input, const Limits& limits) {
  TRY(const auto line, lines_.next(input, limits.header_line, "trailer line"));
  if (!line) return {};
  if (line->empty()) {
    stage_ = Stage::done;
    return {};
  }
  trailer_bytes_ += line->size();
  if (++trailers_ > limits.header_count || trailer_bytes_ > limits.header_bytes) {
    return fail(Code::limit, "the body has more than {} trailers, or more than {} bytes of them",
                limits.header_count, limits.header_bytes);
  }
  Headers checked;
  return parse_field(*line, checked);
}

Result<> BodyReader::finish() {
  switch (stage_) {
    case Stage::done:
      return {};
    case Stage::until_close:
      stage_ = Stage::done;
      return {};
    case Stage::counted:
      return fail(Code::closed, "the connection was closed with {} bytes of the body missing",
                  left_);
    default:
      return fail(Code::closed, "the connection was closed before the last chunk of the body");
  }
}

}  // namespace peregrine::wire::http1
