// What carries a stream of messages: a WebSocket, or the answer to a request for server-sent
// events, seen alike.
//
// One task asks for messages, others may send and close meanwhile. One thread: the loop's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/loop.h"
#include "net/answer_source.h"
#include "net/websocket.h"

namespace peregrine::play {

struct StreamMessage {
  bool binary = false;
  std::string payload{};
  std::string event{};              // its type; empty but for server-sent events
  std::optional<std::string> id{};  // the same, if the event set one
};

// How the other side ended the stream.
struct StreamEnd {
  std::optional<uint16_t> code{};
  std::string reason{};
};

class Channel {
 public:
  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  virtual ~Channel() = default;

  // Nothing when the other side has ended the stream as it should be; Code::closed when it was cut,
  // Code::protocol or limit for what breaks the protocol.
  virtual io::Task<base::Result<std::optional<StreamMessage>>> next(io::Deadline deadline) = 0;
  virtual io::Task<base::Result<>> send(StreamMessage message, io::Deadline deadline) = 0;
  // Ends it with the other side's consent, where the protocol asks for that.
  virtual io::Task<base::Result<>> close(io::Deadline deadline) = 0;
  virtual StreamEnd end() const = 0;
};

std::unique_ptr<Channel> make_channel(std::unique_ptr<net::WebSocket> socket);
// REQUIRES: the answer is a stream of events. Fails for a content coding that is not known.
base::Result<std::unique_ptr<Channel>> make_channel(std::unique_ptr<net::AnswerSource> answer);

}  // namespace peregrine::play
