#include "wire/server_sent_events.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "wire/feed.h"
#include "wire/http1_line.h"

namespace peregrine::wire::server_sent_events {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

void append_lines(std::string& out, std::string_view field, std::string_view text) {
  for (const std::string_view line : base::split(text, '\n')) {
    out.append(field).append(": ").append(line).append("\n");
  }
}

Result<> check_text(std::string_view what, std::string_view text, std::string_view forbidden) {
  if (base::first_invalid_utf8(text)) return fail(Code::invalid, "the {} is not UTF-8", what);
  if (text.find_first_of(forbidden) == std::string_view::npos) return {};
  return fail(Code::invalid, "the {} {} would not arrive as it is", what, http1::excerpt(text));
}

}  // namespace

Result<size_t> EventReader::feed(std::string_view bytes) {
  return detail::feed(
      bytes, failed_, [this] { return done(); },
      [this](std::string_view& rest) { return step(rest); });
}

Result<> EventReader::step(std::string_view& rest) {
  if (std::exchange(after_cr_, false) && rest.front() == '\n') {
    rest.remove_prefix(1);
    return {};
  }
  const size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
  TRY_OK(add_to_line(rest.substr(0, end)));
  rest.remove_prefix(end);
  if (rest.empty()) return {};
  after_cr_ = rest.front() == '\r';
  rest.remove_prefix(1);
  return end_line();
}

Event EventReader::take() {
  base::check(done(), "an event is taken before it is complete");
  Event event = *std::move(done_);
  done_.reset();
  return event;
}

Result<> EventReader::add_to_line(std::string_view bytes) {
  if (bytes.size() > limits_.line - line_.size()) {
    return fail(Code::limit, "a line of the event stream is longer than {} bytes", limits_.line);
  }
  line_ += bytes;
  return {};
}

Result<> EventReader::end_line() {
  const std::string kept = std::exchange(line_, {});
  std::string_view line = kept;
  if (std::exchange(first_line_, false) && line.starts_with(kByteOrderMark)) {
    line.remove_prefix(kByteOrderMark.size());
  }
  if (base::first_invalid_utf8(line)) {
    return fail(Code::protocol, "the line {} of the event stream is not UTF-8",
                http1::excerpt(line));
  }
  if (line.empty()) {
    end_event();
    return {};
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return take_field(line, "");
  std::string_view value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  return take_field(line.substr(0, colon), value);
}

Result<> EventReader::take_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (value.size() + 1 > limits_.data + 1 - data_.size()) {
      return fail(Code::limit, "the event's data is more than {} bytes", limits_.data);
    }
    data_.append(value).append("\n");
  } else if (name == "event") {
    type_ = value;
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) id_ = value;
  } else if (name == "retry") {
    const bool digits = std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    uint64_t milliseconds = 0;
    const char* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, milliseconds);
    if (digits && read.ec == std::errc()) retry_ms_ = milliseconds;
  }
  return {};
}

void EventReader::end_event() {
  if (id_) last_event_id_ = *id_;
  Event event{.data = std::exchange(data_, {}), .id = std::exchange(id_, std::nullopt)};
  const std::string type = std::exchange(type_, {});
  if (event.data.empty()) return;
  event.data.pop_back();
  if (!type.empty()) event.type = type;
  done_ = std::move(event);
}

Result<> append(std::string& out, const Event& event) {
  TRY_OK(check_text("data", event.data, "\r"));
  TRY_OK(check_text("type", event.type, "\r\n"));
  if (event.id) TRY_OK(check_text("id", *event.id, std::string_view("\r\n\0", 3)));
  if (event.id) append_lines(out, "id", *event.id);
  if (!event.type.empty() && event.type != "message") append_lines(out, "event", event.type);
  append_lines(out, "data", event.data);
  out += '\n';
  return {};
}

Result<> append_comment(std::string& out, std::string_view text) {
  TRY_OK(check_text("comment", text, "\r"));
  append_lines(out, "", text);
  return {};
}

void append_retry(std::string& out, uint64_t milliseconds) {
  append_lines(out, "retry", std::to_string(milliseconds));
}

}  // namespace peregrine::wire::server_sent_events
