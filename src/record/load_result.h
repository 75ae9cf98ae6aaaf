// What a load has measured: the figures that every report shows, from histograms that can be
// merged.
//
// Times are from the intended start. `due` is when a step was to begin: a play's first step when
// the play was to begin, any other when the step before was answered and its user had thought. What
// a user waits is from then to the answer. Two parts of it are shown beside it: how long the step
// was held up before it was sent, and how long the service took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/histogram.h"
#include "base/time.h"
#include "record/load_observed.h"

namespace peregrine::record {

struct Latencies {
  base::Histogram latency{};  // from when it was due
  base::Histogram service{};  // from when it was sent
  base::Histogram blocked{};  // from when it was due to when it was sent

  void add(base::Instant due, base::Instant sent, base::Instant answered) {
    latency.add(answered - due);
    service.add(answered - sent);
    blocked.add(sent - due);
  }
  void merge(const Latencies& other) {
    latency.merge(other.latency);
    service.merge(other.service);
    blocked.merge(other.blocked);
  }
};

// Failures of one kind, of one step: "status 503".
struct LoadFailures {
  static constexpr size_t kMostTexts = 3;

  std::string kind;
  uint64_t count = 0;
  std::vector<std::string> texts{};  // the first different ones of them

  // Those of the same kind that somebody else has counted.
  void add(const LoadFailures& other);
};

struct LoadStep {
  std::string journey;
  std::string sentence;
  int line = 0;
  // It asks nothing of a service: its times are of what it waited for, if it did, from when that
  // was brought about to when it was seen, and are not among those of requests.
  bool looks = false;
  uint64_t ended = 0;
  uint64_t lost = 0;
  uint64_t failed = 0;
  Latencies times{};
  // It receives: its latencies are of messages, each from when it was sent to when it came.
  bool messages = false;

  // What somebody else has measured of the same step.
  void add(const LoadStep& other);
};

// The streams that users have opened, WebSockets and server-sent events, while it was measured.
struct LoadStreams {
  uint64_t opened = 0;
  uint64_t most_open = 0;  // at the same time
  uint64_t broke = 0;      // were cut off, or broke the protocol or a limit
  uint64_t messages = 0;   // that came on them
  uint64_t bytes = 0;      // of these

  // Those of somebody else.
  void add(const LoadStreams& other);
};

// A part of a load's time: a second, or more of a long load.
struct LoadSlice {
  base::Duration begin{};  // since the load began, warm-up included
  base::Duration length{};
  bool counted = true;    // not of the warm-up
  uint64_t requests = 0;  // that were answered in it
  uint64_t plays = 0;     // that ended
  uint64_t failed = 0;    // of them
  uint64_t users = 0;     // the most that played
  std::string latency{};  // of these requests, as Histogram::to_text() has it
  uint64_t streams = 0;   // the most that were open
  uint64_t messages = 0;  // that came on them

  // What somebody else has counted: all but users and streams, which may be the same ones, and
  // latencies.
  void add_counts(const LoadSlice& other);
};

struct LoadThreshold {
  std::string on;  // a step's sentence, "journey", a party of the system; empty: all requests
  std::string what;
  std::string limit;   // as it was written
  std::string actual;  // for people
  bool held = true;
  bool measured = true;  // else there was nothing to judge, and it has fallen
};

// A step of the search for the limit.
struct LoadPhase {
  double level = 0;  // users, or plays in a second
  uint64_t requests = 0;
  double per_second = 0;
  uint64_t ended = 0;
  uint64_t failed = 0;
  base::Histogram latency{};
  std::string fell{};  // the thresholds that did, and what they were; empty: all held
};

// What `--find-limit` has found.
struct LoadLimit {
  std::optional<double> held{};         // the highest level that held
  std::optional<double> fell{};         // the lowest that did not
  std::string stopped{};                // why the search ended before a threshold fell, if it did
  std::vector<LoadPhase> phases{};      // in the order in which they were played
  std::optional<LoadPhase> recovery{};  // at the highest level that held, after the last that fell
};

struct LoadResult {
  std::string name;  // of the journey, or of the mix
  std::string file;
  int line = 0;
  std::string model;  // for people: "1,000 users for 30 s"
  bool open = false;
  base::Duration warm_up{};
  base::Duration measured{};  // of what is counted
  uint64_t users = 0;         // the most that played at the same time
  base::WallTime began{};     // when what is counted began; 0: not known

  // Plays: each that began either ended, or was cut off at the end.
  uint64_t begun = 0;
  uint64_t ended = 0;
  uint64_t failed = 0;
  uint64_t lost = 0;
  uint64_t cut = 0;        // had not ended when the time for the last ones was over
  uint64_t not_begun = 0;  // were due, and there was nobody left to play them
  uint64_t looked = 0;     // those that looked into databases, mail and logs

  Latencies requests{};     // of all steps together
  base::Histogram plays{};  // of whole plays, from when they were due
  LoadStreams streams{};
  std::vector<LoadStep> steps{};
  std::vector<LoadFailures> failures{};  // of all steps, most frequent first
  std::vector<LoadSlice> slices{};
  std::vector<LoadThreshold> thresholds{};
  std::string aborted{};             // why it ended early, if it did
  std::optional<LoadLimit> limit{};  // the figures above are then of the highest level that held
  LoadObserved observed{};

  // Peregrine itself while the load was measured, its providers and proxies included.
  struct Generator {
    base::Duration cpu{};      // of all its processes
    base::Duration busiest{};  // of the one that needed most
    uint64_t rss_bytes = 0;    // what processes share counts in each
    base::Histogram lag{};     // how late it came to what was due; of the process that came latest
    uint64_t processes = 1;    // those of several machines too when their runs were merged

    // Of a processor, which each process has one of: the one that was busiest.
    double cpu_share(base::Duration span) const {
      return span.count() > 0 ? base::to_seconds(busiest) / base::to_seconds(span) : 0;
    }
    // Those of another, which had a part of the same load.
    void add_process(const Generator& other);
  } generator{};

  uint64_t asked() const { return requests.latency.count(); }
  double per_second() const {
    return measured.count() > 0 ? static_cast<double>(asked()) / base::to_seconds(measured) : 0;
  }
  double share_failed() const {
    return ended > 0 ? static_cast<double>(failed) / static_cast<double>(ended) : 0;
  }
  // Of the search for a limit: some level has held.
  bool thresholds_held() const;
  // Peregrine had no time left, or came so late to what was due that its own part cannot be told
  // from the service's.
  bool generator_is_slow() const;
};

}  // namespace peregrine::record
