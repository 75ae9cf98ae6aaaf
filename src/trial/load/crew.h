// The users of a load that one process plays, and what that process measures of them: all of them,
// or, where several processes play, its share.
//
//   Crew crew(setting, parts);
//   beside.spawn(crew.watch(each_second));  beside.spawn(crew.measure_lag());
//   co_await crew.play();
//   crew.end_watch();
//   crew.finish();
//
// One thread: the loop's.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "io/loop.h"
#include "record/load_result.h"
#include "trial/load/figures.h"
#include "trial/load/profile.h"
#include "trial/load/share.h"
#include "trial/load/users.h"

namespace peregrine::trial {

class Crew {
 public:
  struct Setting {
    io::Loop& loop;
    const system::Endpoints& endpoints;
    system::RunningSystem* running;  // null in a worker
    const lang::LoadSpec& load;
    const Profile& profile;
    Share share;
    base::Instant begin;
    uint64_t seed = 0;
    size_t most_users = 0;  // of this process, at the same time
  };
  struct Part {
    const lang::Plan* plan;
    double weight;
    std::vector<base::Value> given;  // the names as `given` has left them
  };
  // Comes once a second, when a slice is over; `measured`: the warm-up is. False: no more.
  using EachSecond = std::function<io::Task<bool>(bool measured)>;

  // All that is named outlives it.
  Crew(const Setting& setting, std::vector<Part> parts);

  // Until the last plays have ended, or were cut off. Fails when cancelled.
  io::Task<base::Result<>> play();
  // Calls it until end_watch(), or until cancelled; what it does then is done to its end.
  io::Task<void> watch(EachSecond each_second);
  // The same long.
  io::Task<void> measure_lag();
  void end_watch();
  // The load ends now, earlier than was planned.
  void end_at(base::Instant until);
  // The processor's time and memory that this process has needed, until now.
  void measure_itself();

  Figures& figures() { return figures_; }
  const Figures& figures() const { return figures_; }
  Users& users() { return users_; }
  const Users& users() const { return users_; }
  const record::LoadResult::Generator& generator() const { return generator_; }

 private:
  io::Task<bool> wait_until(base::Instant at);
  base::Duration worked() const;

  const Setting of_;
  std::vector<Part> parts_;
  Figures figures_;
  std::vector<Role> roles_;
  Users users_;
  bool over_ = false;
  io::Signal changed_;             // it is
  base::Duration cpu_at_begin_{};  // of what is counted
  record::LoadResult::Generator generator_;
};

}  // namespace peregrine::trial
