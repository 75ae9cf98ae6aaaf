// What a load measures while it is played: told by every player of each step and play, and, where
// several processes play, by the others of what they have measured.
//
// Only what was due in the time that counts is counted: not the warm-up, and nothing that was due
// after the end, when what had begun was still played to its end. Memory does not grow with the
// number of plays: histograms, a few texts of each kind of failure, and slices (slices.h).
//
// One thread: that of the players.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lang/plan.h"
#include "play/meter.h"
#include "play/stream_totals.h"
#include "record/load_result.h"
#include "trial/load/slices.h"

namespace peregrine::trial {

class Figures final : public play::Meter {
 public:
  static constexpr size_t kMostKinds = 100;  // of failures

  // Of plays, whole.
  struct Plays {
    uint64_t begun = 0, ended = 0, failed = 0, lost = 0, cut = 0, looked = 0;
    base::Histogram times{};
  };

  // The plans outlive it. What is due from `from` to `until` is counted. `others`: other processes
  // measure a part.
  Figures(const std::vector<const lang::Plan*>& plans, base::Instant begin, base::Instant from,
          base::Instant until, bool others = false);

  void step_ended(const lang::Step& step, const play::StepTimes& times,
                  play::Outcome outcome) override;
  void failed(const lang::Step* step, base::Instant due, std::string_view kind,
              std::string_view message) override;
  void received(const lang::Step& step, base::Instant sent, base::Instant came) override;

  // What streams of the players count in.
  play::StreamTotals& streams() { return totals_; }

  void play_begun(base::Instant due);
  // How a play differs from others: steps that only look were played, or those of pages, which take
  // so long that its time is none of a play's.
  struct PlayKind {
    bool looked = false;
    bool browsed = false;
  };
  // One that was cancelled was cut off.
  void play_ended(base::Instant due, base::Instant ended, play::Outcome outcome, PlayKind kind);
  // The load is over earlier than was planned.
  void end_at(base::Instant until) { until_ = until; }
  // Comes once a second, and when the load has ended.
  void close_slice(base::Instant now);
  // No slice will come any more.
  void finish_slices() { slices_.finish(); }
  // So many users play now.
  void set_playing(uint64_t users);

  // What was measured since it was taken last, which another process adds to its own.
  record::LoadStep take_step(size_t index);
  std::vector<record::LoadFailures> take_failures();
  Plays take_plays() { return std::exchange(plays_, {}); }
  SlicePart take_slice(base::Instant now);
  // Adds what another has taken. The plans are the same, so that a step has the same index there.
  // REQUIRES: index < steps().size().
  void add_step(size_t index, const record::LoadStep& part);
  void add_failures(const record::LoadFailures& part);
  void add_plays(const Plays& part);
  void add_slice(SlicePart part);

  // What has been measured until now, of steps together.
  record::Latencies requests() const;
  // All of it, put into the result.
  void tell(record::LoadResult& result) const;
  // The same without what is most of it: slices, and of each step how long the service took.
  void tell_totals(record::LoadResult& result) const;

  uint64_t ended() const { return plays_.ended; }
  uint64_t failed_plays() const { return plays_.failed; }
  const std::vector<record::LoadStep>& steps() const { return steps_; }
  const base::Histogram& plays() const { return plays_.times; }
  const std::vector<record::LoadSlice>& slices() const { return slices_.all(); }
  base::Instant from() const { return from_; }
  base::Instant until() const { return until_; }

 private:
  void add_steps(const lang::Plan& plan, const lang::Steps& steps);
  record::LoadFailures& failures_of(std::string_view kind);
  bool counts(base::Instant due) const { return due >= from_ && due < until_; }
  record::LoadStreams take_streams();
  void count_streams(const SlicePart& part);

  base::Instant begin_, from_, until_;
  std::vector<record::LoadStep> steps_;
  std::unordered_map<const lang::Step*, size_t> index_;
  std::map<std::string, record::LoadFailures, std::less<>> failures_;
  Plays plays_;
  uint64_t users_ = 0, users_now_ = 0;
  play::StreamTotals totals_;
  play::StreamTotals::Counts told_;  // of these, in the slices before
  record::LoadStreams streams_;      // counted; without how many were open
  Slices slices_;
  SlicePart slice_;  // that is going on
};

}  // namespace peregrine::trial
