// Server-sent events, the server's side: a conversation whose answer is a stream of events.
//
//   Task<void> ticker(io::Loop& loop, HttpConversation& c) {
//     EventWriter events(c);
//     if (!co_await events.begin(c.request().deadline)) co_return;
//     while (co_await loop.sleep(1s)) {
//       // Fails once the client is gone.
//       if (!co_await events.send({.data = "tick"}, loop.in(5s))) co_return;
//     }
//   }
//
// That a client has gone is seen when something is sent: a comment now and then finds out. A server
// that stops cuts the stream.
//
// One thread: the loop's. One task sends at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_conversation.h"
#include "wire/server_sent_events.h"

namespace peregrine::net {

class EventWriter {
 public:
  using Event = wire::server_sent_events::Event;

  // The conversation outlives it; nothing of its answer was begun.
  explicit EventWriter(HttpConversation& conversation) : conversation_(conversation) {}

  // The event after which a client wants to go on; empty: from the beginning.
  std::string last_event_id() const {
    return std::string(conversation_.request().message.headers.get("Last-Event-ID"));
  }

  // Sends the head of the answer.
  io::Task<base::Result<>> begin(io::Deadline deadline);
  // Fails with Code::invalid for what the client would read as something else (a line feed in a
  // name, for example), and as the stream does.
  io::Task<base::Result<>> send(Event event, io::Deadline deadline);
  io::Task<base::Result<>> comment(std::string text, io::Deadline deadline);
  // How long a client should wait before it connects again. Fails as the stream does.
  io::Task<base::Result<>> retry(uint64_t milliseconds, io::Deadline deadline);
  // Ends this connection. The client will make another: answer that with 204 to end the stream.
  io::Task<base::Result<>> end(io::Deadline deadline) { return conversation_.end(deadline); }

 private:
  HttpConversation& conversation_;
};

}  // namespace peregrine::net
