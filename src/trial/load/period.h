// A load's users at one profile, from their first play to their last: who plays, what is measured
// meanwhile, and what ends it early.
//
// One thread: the loop's. Lives until play() has ended and its figures were told.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/results.h"
#include "trial/load/figures.h"
#include "trial/load/observation.h"
#include "trial/load/profile.h"
#include "trial/load/thresholds.h"
#include "trial/load/users.h"

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
    size_t most_users = 0;
  };
  struct Part {
    const lang::Plan* plan;
    double weight;
    std::vector<base::Value> given;  // the names as `given` has left them
  };
  // All that is named outlives it.
  Period(Setting setting, std::vector<Part> parts);

  // Until the last plays have ended, or were cut off. Fails when cancelled.
  io::Task<base::Result<>> play();

  // REQUIRES: play() has ended (so for those below).
  void tell(record::LoadResult& result) const;
  base::List told_plays(size_t part) const { return users_->told_plays(part); }

 private:
  io::Task<void> watch();
  io::Task<void> measure_lag();
  void look();
  // What is known while it is played.
  record::LoadResult so_far() const;
  std::optional<std::string> reason_to_abort() const;
  void end_early();

  const Setting of_;
  std::vector<Part> parts_;
  const Profile profile_;
  base::Instant begin_{};
  base::WallTime began_{};  // what is counted
  std::vector<Role> roles_;
  std::unique_ptr<Figures> figures_;
  std::unique_ptr<Users> users_;
  std::string aborted_;
  Observation observed_;
  base::Duration measured_{};
  base::Duration cpu_at_begin_{};  // of what is counted
  record::LoadResult::Generator generator_;
};

}  // namespace peregrine::trial
