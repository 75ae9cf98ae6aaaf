// A stream that a journey has opened. What comes on it is gathered while other steps are played,
// and told to the timeline.
//
// Bounded in the number of messages and in their bytes, where many play in those of all streams
// too: when there are more, gathering ends, and broken() says so. One thread: the loop's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/value.h"
#include "io/scope.h"
#include "play/channel.h"
#include "play/last_sent.h"
#include "play/stream_totals.h"
#include "record/event.h"

namespace peregrine::play {

struct StreamLimits {
  size_t messages = 10'000;
  size_t bytes = size_t{16} << 20;  // of all of them
};

class MessageStream {
 public:
  // Where it is seen and from when its messages count. All that is pointed to outlives the stream.
  struct Place {
    io::Loop& loop;
    record::Timeline* timeline;      // null where nobody looks at it
    const LastSent& last_sent;       // of the journey
    std::string name;                // "s"
    std::string source;              // "api"
    StreamTotals* totals = nullptr;  // of all who play, where many do
  };
  struct Closed {
    bool by_journey = false;
    StreamEnd how{};
  };

  // Gathers from now on.
  MessageStream(Place place, std::unique_ptr<Channel> channel, StreamLimits limits = {});
  ~MessageStream();

  // Fails when the stream has ended, and as its channel does.
  io::Task<base::Result<>> send(StreamMessage message, uint64_t step, io::Deadline deadline);
  // Of one that has ended nothing is asked any more. Fails when the other side does not consent.
  io::Task<base::Result<>> close(io::Deadline deadline);

  // All that have come: maps of `text`, `json`, `body`, `event`, `id` and `latency`, as far as each
  // has them.
  const base::List& messages();
  // When the loop was told of each of them.
  const std::vector<base::Instant>& came() const { return came_; }
  // Ends when more has come, or the stream has ended, than when changes() was `known`.
  size_t changes() const { return came_.size() + (closed_ || broken_ ? 1 : 0); }
  io::Task<base::Result<>> changed(size_t known, io::Deadline deadline);
  // Set once it has ended as it should.
  const std::optional<Closed>& closed() const { return closed_; }
  // Set once it has ended otherwise: cut off, or what came broke the protocol or a limit.
  const std::optional<base::Error>& broken() const { return broken_; }
  // "`s` was closed by the service with 1001: going away"; empty while it is open.
  std::string end() const;
  // What `closed` is for `expect`; null while it is open.
  base::Value closed_value() const;

  // Somebody was told of broken(): once is enough.
  bool told = false;
  // Of each step that measures its messages, how many it has measured.
  std::vector<std::pair<const void*, size_t>> measured{};

 private:
  struct Received {
    StreamMessage message;
    base::Duration latency;
  };

  io::Task<void> gather();
  void ended(base::Result<> how);
  bool add(StreamMessage message);
  base::Result<> keep(size_t size);
  void record(record::Event::Kind kind, std::string text, std::string detail, std::string outcome,
              uint64_t step = 0);

  Place place_;
  StreamLimits limits_;
  std::unique_ptr<Channel> channel_;
  std::vector<Received> received_;   // of which no value is made yet
  std::vector<base::Instant> came_;  // all of them
  base::List values_;
  size_t bytes_ = 0;  // that are kept
  io::Signal changed_;
  bool begun_ = false;    // to gather
  bool closing_ = false;  // by the journey
  std::optional<Closed> closed_;
  std::optional<base::Error> broken_;
  io::Scope gathering_;  // last: its task uses the above
};

}  // namespace peregrine::play
