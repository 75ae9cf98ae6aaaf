// What happened while a journey was played, on one time axis: the steps, and what each caused.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "record/secrets.h"

namespace peregrine::record {

// Where an event came from, as far as that is known.
struct Cause {
  uint64_t step = 0;        // the play's step, counted from 1 in the order in which they began
  uint64_t connection = 0;  // at its boundary, counted from 1
  std::string service{};    // whose connection that is
};

struct Event {
  // `statement` is of SQL, `command` of Redis; `sent` and `received` are messages of a stream, its
  // end included, or of a channel. A `call` is a service's request to a third party with its
  // answer, a `webhook` what that one posts. `clock` is a move of it.
  enum class Kind {
    step,
    request,
    answer,
    statement,
    command,
    log,
    sent,
    received,
    call,
    webhook,
    mail,
    clock
  };

  base::Instant at;
  Kind kind;
  std::string source;   // "api", "postgres": whose boundary or log
  std::string text;     // one line: "POST /webhooks/retell", "INSERT INTO calls …", "SET a 1"
  std::string detail;   // more of it: body, parameters
  std::string outcome;  // "204 in 3.2 ms", "INSERT 0 1"
  bool failed = false;
  Cause cause{};
  base::Duration took{};  // from what was asked to its answer, on the event that says what came
};
std::string_view to_string(Event::Kind kind);
std::optional<Event::Kind> kind_of_event(std::string_view name);
// What it takes in memory, about.
size_t size_in_bytes(const Event& event);

// What somebody saw in a browser.
struct Picture {
  base::Instant at;
  uint64_t step = 0;    // as Cause::step
  std::string name;     // as the journey calls it, or the step that failed
  bool failed = false;  // it is of that
  std::string jpeg;
};

// How many events of one kind there were, from one source.
struct Count {
  Event::Kind kind;
  std::string source;
  uint64_t events = 0;
  uint64_t failed = 0;
};

// What the reset before a play found of the play before it.
struct Leftover {
  // `transaction`: one that a session had left open, and which was ended; `definitions`: what only
  // making the database anew has brought back.
  enum class Kind { transaction, definitions };
  Kind kind;
  std::string source;  // the database
  std::string text;    // the last statement of the transaction
};

// The events of one play. Bounded in number, in the bytes of each text and of all: the oldest go
// first. Counts stay exact whatever has gone; each is of one kind and source, and what would be one
// more than kMostCounts is not counted. One thread: the loop's.
class Timeline {
 public:
  static constexpr size_t kMost = 20'000;
  static constexpr size_t kMostCounts = 1'000;
  static constexpr size_t kMostBytes = size_t{64} << 20;
  static constexpr size_t kMostLeftovers = 20;
  static constexpr size_t kMostPictures = 50;
  static constexpr size_t kMostBytesOfPictures = size_t{16} << 20;
  static constexpr size_t kMostBytesOfText = size_t{16} << 10;

  // A step that is being played: until the mark ends. The timeline outlives it.
  class [[nodiscard]] StepMark {
   public:
    StepMark() = default;
    StepMark(StepMark&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)), number_(other.number_) {}
    StepMark& operator=(StepMark&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(number_, other.number_);
      return *this;
    }
    ~StepMark() {
      if (of_) std::erase(of_->in_play_, number_);
    }
    uint64_t number() const { return number_; }  // 0: nobody looks

   private:
    friend class Timeline;
    StepMark(Timeline* of, uint64_t number) : of_(of), number_(number) {}
    Timeline* of_ = nullptr;
    uint64_t number_ = 0;
  };

  // A step begins; a `block` is one that holds others, which are then what is being played.
  StepMark begin_step(base::Instant at, std::string sentence, bool block);
  // An event that names no step is of the one that is being played, unless there are several.
  void add(Event event);
  // When the last event was added that is no step: then something passed a boundary.
  base::Instant last_added() const { return last_added_; }
  const std::deque<Event>& events() const { return events_; }
  uint64_t dropped() const { return dropped_; }
  // Events from `since` on, at most the last `most` of them.
  std::vector<Event> since(base::Instant since, size_t most) const;
  // What must be masked wherever something of the play is shown. clear() leaves them.
  Secrets& secrets() { return secrets_; }
  // Of all that were added, by kind and then source.
  std::vector<Count> counts() const;
  void clear();
  // One that is too much is left out: the first ones stay.
  void add_picture(Picture picture);
  const std::vector<Picture>& pictures() const { return pictures_; }

  // The reset tells what it finds, and when all is put back: whatever began before then is of the
  // play before.
  void add_leftover(Leftover leftover);
  void mark_reset(base::Instant at) { reset_at_ = at; }
  // After the reset: clears, and keeps what was told of the play before.
  void begin_play(std::string name);
  // The play before; empty for the first.
  const std::string& play_before() const { return play_before_; }
  base::Instant reset_at() const { return reset_at_; }
  const std::vector<Leftover>& leftovers() const { return leftovers_; }

 private:
  void drop_oldest();

  Secrets secrets_;
  std::deque<Event> events_;
  size_t bytes_ = 0;
  uint64_t dropped_ = 0;
  base::Instant last_added_{};
  std::map<std::pair<Event::Kind, std::string>, Count, std::less<>> counts_;
  std::vector<Picture> pictures_;
  size_t bytes_of_pictures_ = 0;
  uint64_t steps_ = 0;
  std::string play_, play_before_;
  base::Instant reset_at_{};
  std::vector<Leftover> found_, leftovers_;  // by the reset that runs; by the one before this play
  std::vector<uint64_t> in_play_;            // steps, without those that hold others
};

}  // namespace peregrine::record
