// A load's users at one profile, from their first play to their last: who plays, in which process,
// what is measured meanwhile, and what ends it early.
//
// One thread: the loop's. Lives until play() has ended and its figures were told.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/results.h"
#include "trial/load/crew.h"
#include "trial/load/observation.h"
#include "trial/load/profile.h"
#include "trial/load/thresholds.h"
#include "trial/load/workers.h"

namespace peregrine::trial {

class Period {
 public:
  struct Setting {
    io::Loop& loop;
    system::RunningSystem& system;
    record::Observer& observer;
    lang::LoadSpec load;
    std::string name;  // for who looks on
    uint64_t seed = 0;
    size_t most_users = 0;  // of one process
    size_t workers = 0;     // processes that play users beside this one; 0: this one plays them
    double looking = 0;     // the share of plays that look, which they do in this one
  };
  // All that is named outlives it.
  Period(Setting setting, std::vector<Crew::Part> parts);

  // Until the last plays have ended, or were cut off. Fails when cancelled, and with the reason
  // when a worker could not be started or is lost: figures are then those until that moment.
  io::Task<base::Result<>> play();

  // REQUIRES: play() has ended (so for those below).
  void tell(record::LoadResult& result) const;
  base::List told_plays(size_t part) const;

 private:
  Share share(size_t worker) const;
  io::Task<base::Result<>> start_workers();
  io::Task<base::Result<>> play_all();
  io::Task<bool> look(bool measured);
  // What is known while it is played.
  record::LoadResult so_far();
  uint64_t not_begun() const;
  std::optional<std::string> reason_to_abort() const;
  void end_early();

  const Setting of_;
  std::vector<Crew::Part> parts_;
  const Profile profile_;
  base::Instant begin_{};
  base::WallTime began_{};  // what is counted
  std::optional<Workers> workers_;
  std::optional<Crew> crew_;
  std::string aborted_;
  Observation observed_;
  base::Duration measured_{};
  record::LoadResult::Generator generator_;
};

}  // namespace peregrine::trial
