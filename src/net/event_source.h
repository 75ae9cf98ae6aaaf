// Server-sent events (WHATWG HTML section 9.2), the client's side: a stream of events that goes on
// over connections that end.
//
//   EventSource events(loop, connector, url, {});
//   CO_TRY(std::optional<Event> event, co_await events.next(loop.in(5s)));   // nothing: no more
//
// When a connection ends, or cannot be made, the next one is made after the pause that the server
// last asked for (`retry`), and says which event was the last (Last-Event-ID). The server ends it
// with 204; any other status than 200, and any other type than text/event-stream, is an error, as
// is a row of kept attempts. Redirects are not followed.
//
// One thread: the loop's. One task asks at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/loop.h"
#include "net/connector.h"
#include "net/http_exchange.h"
#include "net/url.h"
#include "wire/http_message.h"
#include "wire/server_sent_events.h"

namespace peregrine::net {

struct EventSourceOptions {
  wire::Headers headers{};  // beside Accept and Last-Event-ID
  std::string last_event_id{};
  base::Duration retry = std::chrono::seconds(3);          // until the server says otherwise
  base::Duration longest_retry = std::chrono::minutes(1);  // whatever it says
  base::Duration connect = std::chrono::seconds(10);       // for a connection and the answer's head
  size_t attempts = 5;                                     // in a row without a single byte
  wire::server_sent_events::Limits event{};
};

class EventSource {
 public:
  using Event = wire::server_sent_events::Event;

  // `connector` outlives it.
  EventSource(io::Loop& loop, Connector& connector, Url url, EventSourceOptions options);
  EventSource(const EventSource&) = delete;
  EventSource& operator=(const EventSource&) = delete;

  // The next event; nothing when the server has ended the stream. Fails with Code::timeout, after
  // which it may be asked again, refused (the answer is no stream of events), protocol or limit (an
  // event), and as the last attempt did.
  io::Task<base::Result<std::optional<Event>>> next(io::Deadline deadline);

  const std::string& last_event_id() const { return options_.last_event_id; }
  // Connections that gave a stream of events so far.
  size_t connections() const { return connections_; }

 private:
  io::Task<base::Result<>> connect(io::Deadline deadline);
  io::Task<base::Result<>> begin(io::Deadline deadline);
  io::Task<base::Result<>> receive(io::Deadline deadline);
  void disconnect();

  io::Loop& loop_;
  Connector& connector_;
  Url url_;
  EventSourceOptions options_;
  std::unique_ptr<HttpExchange> exchange_;
  std::unique_ptr<wire::server_sent_events::EventReader> reader_;  // of this connection
  std::string_view piece_;                                         // not read yet
  base::Instant not_before_{};                                     // of the next attempt
  size_t failures_ = 0;                                            // attempts in a row
  size_t connections_ = 0;
  bool ended_ = false;
};

}  // namespace peregrine::net
