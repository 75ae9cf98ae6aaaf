// Server-sent events (WHATWG HTML section 9.2, "text/event-stream"), sans I/O.
//
//   : a comment, often sent so that the connection stays
//   id: 7              kept as the last event's id until another comes; ignored with a NUL in it
//   event: order       the type; "message" without it
//   retry: 3000        milliseconds until a client connects again
//   data: first line   several are joined by LF
//   data: second line
//                      an empty line ends the event; without data there is none
//
// Lines end in CR, LF or CRLF; one space after the colon is left out; a BOM may begin the stream.
// Deliberately stricter than a browser: bytes that are not UTF-8 are an error, not U+FFFD. Nothing
// here is shared between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace peregrine::wire::server_sent_events {

struct Event {
  std::string type = "message";
  std::string data{};
  std::optional<std::string> id{};  // if this event set one
  bool operator==(const Event&) const = default;
};

// Bytes at most.
struct Limits {
  size_t line = 1 << 20;
  size_t data = 16 << 20;  // of one event
};

// Takes bytes in pieces of any size, and gives the same events however they are cut. Its errors,
// Code::protocol and Code::limit, are final. What comes after the last empty line is no event.
class EventReader {
 public:
  explicit EventReader(Limits limits = {}) : limits_(limits) {}

  // Takes bytes up to the end of an event at most. How many were taken.
  base::Result<size_t> feed(std::string_view bytes);
  bool done() const { return done_.has_value(); }
  Event take();  // REQUIRES: done()

  // What a client that connects again sends as Last-Event-ID, if it is not empty.
  const std::string& last_event_id() const { return last_event_id_; }
  // The last `retry` that came.
  std::optional<uint64_t> retry_ms() const { return retry_ms_; }

 private:
  base::Result<> step(std::string_view& rest);
  base::Result<> add_to_line(std::string_view bytes);
  base::Result<> end_line();
  base::Result<> take_field(std::string_view name, std::string_view value);
  void end_event();

  Limits limits_;
  std::string line_;
  bool after_cr_ = false;   // an LF would belong to the line end that was seen
  bool first_line_ = true;  // a BOM may begin it
  std::string last_event_id_;
  std::optional<std::string> id_;
  std::string type_;
  std::string data_;  // with an LF after each line
  std::optional<uint64_t> retry_ms_;
  std::optional<Event> done_;
  std::optional<base::Error> failed_;
};

// Appends an event as its reader will see it. Fails with Code::invalid, and appends nothing, for
// what would arrive otherwise: CR in the data, a line end in type or id, NUL in the id, bytes that
// are not UTF-8.
base::Result<> append(std::string& out, const Event& event);
// The text may have several lines, ended by LF.
base::Result<> append_comment(std::string& out, std::string_view text);
void append_retry(std::string& out, uint64_t milliseconds);

}  // namespace peregrine::wire::server_sent_events
