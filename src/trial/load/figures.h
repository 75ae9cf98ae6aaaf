// What a load measures while it is played: told by every player of each step and play.
//
// Only what was due in the time that counts is counted: not the warm-up, and nothing that was due
// after the end, when what had begun was still played to its end. Memory does not grow with the
// number of plays: histograms, a few texts of each kind of failure, and at most kMostSlices slices,
// pairs of which become one when there would be more.
//
// One thread: that of the players.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "lang/plan.h"
#include "play/meter.h"
#include "play/stream_totals.h"
#include "record/load_result.h"

namespace peregrine::trial {

class Figures final : public play::Meter {
 public:
  static constexpr size_t kMostSlices = 600;
  static constexpr size_t kMostKinds = 100;  // of failures

  // The plans outlive it. What is due from `from` to `until` is counted.
  Figures(const std::vector<const lang::Plan*>& plans, base::Instant begin, base::Instant from,
          base::Instant until);

  void step_ended(const lang::Step& step, const play::StepTimes& times,
                  play::Outcome outcome) override;
  void failed(const lang::Step* step, base::Instant due, std::string_view kind,
              std::string_view message) override;
  void received(const lang::Step& step, base::Instant sent, base::Instant came) override;

  // What streams of the players count in.
  play::StreamTotals& streams() { return totals_; }

  void play_begun(base::Instant due);
  // One that was cancelled was cut off.
  void play_ended(base::Instant due, base::Instant ended, play::Outcome outcome, bool looked);
  // The load is over earlier than was planned.
  void end_at(base::Instant until) { until_ = until; }
  // Comes once a second, and when the load has ended.
  void close_slice(base::Instant now);
  // So many users play now.
  void set_playing(uint64_t users);

  // What has been measured until now, of steps together.
  record::Latencies requests() const;
  // All of it, put into the result.
  void tell(record::LoadResult& result) const;
  // The same without what is most of it: slices, and of each step how long the service took.
  void tell_totals(record::LoadResult& result) const;

  uint64_t ended() const { return ended_; }
  uint64_t failed_plays() const { return failed_; }
  const std::vector<record::LoadStep>& steps() const { return steps_; }
  const base::Histogram& plays() const { return plays_; }
  const std::vector<record::LoadSlice>& slices() const { return slices_; }
  base::Instant from() const { return from_; }
  base::Instant until() const { return until_; }

 private:
  void add_steps(const lang::Plan& plan, const lang::Steps& steps);
  bool counts(base::Instant due) const { return due >= from_ && due < until_; }
  void close_streams();

  base::Instant begin_, from_, until_;
  std::vector<record::LoadStep> steps_;
  std::unordered_map<const lang::Step*, size_t> index_;
  std::map<std::string, record::LoadFailures, std::less<>> failures_;
  base::Histogram plays_;
  uint64_t begun_ = 0, ended_ = 0, failed_ = 0, lost_ = 0, cut_ = 0, looked_ = 0;
  uint64_t users_ = 0, users_now_ = 0;
  play::StreamTotals totals_;
  play::StreamTotals::Counts told_;  // of these, in the slices before
  record::LoadStreams streams_;
  std::vector<record::LoadSlice> slices_;
  record::LoadSlice slice_;
  base::Histogram slice_latency_;
  base::Duration slice_length_ = std::chrono::seconds(1);
};

}  // namespace peregrine::trial
