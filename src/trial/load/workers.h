// The workers of a load, as the process that has the system sees them: it starts them, says when
// the load begins, and adds what they measure to its own figures.
//
// A worker that ends too early, or says nothing for kSilent, is lost, and with it the load: its
// users are missing from then on.
//
// One thread: the loop's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "io/scope.h"
#include "io/worker.h"
#include "record/load_result.h"
#include "trial/load/crew_messages.h"
#include "trial/load/figures.h"
#include "trial/load/told_plays.h"

namespace peregrine::trial {

class Workers {
 public:
  static constexpr size_t kMost = 64;
  static constexpr int kSilent = 30;  // seconds

  Workers(io::Loop& loop, size_t roles)
      : loop_(loop), roles_(roles), changed_(loop), scope_(loop) {}
  // Kills those that have not ended.
  ~Workers() = default;

  // One more. Fails when it cannot be started.
  io::Task<base::Result<>> start(io::Worker::Work work);
  // Says so to all of them; fails when cancelled. What they measure goes into `figures`, which is
  // there until join() has ended; `lost` is called when one of them is.
  io::Task<base::Result<>> begin(base::Instant at, Figures& figures, std::function<void()> lost);
  // No play begins any more, and what is due later does not count. Once.
  void stop(base::Instant until);
  // Waits until all have told their end. Fails when cancelled, and with the reason when one is
  // lost.
  io::Task<base::Result<>> join();

  // Ends all of them at once, wherever they are.
  void kill();

  uint64_t playing() const;
  uint64_t not_begun() const;
  // What each of them has told of a role's plays.
  std::vector<ToldPlays> told_plays(size_t role) const;
  void add_to(record::LoadResult::Generator& generator) const;

 private:
  struct Member {
    std::unique_ptr<io::Worker> worker;
    uint64_t playing = 0;
    uint64_t not_begun = 0;
    record::LoadResult::Generator generator{};
    std::vector<ToldPlays> told{};
    bool ended = false;
  };

  io::Task<void> listen(Member& member);
  io::Task<base::Result<>> hear_all(Member& member);
  io::Task<base::Result<std::string>> next_message(Member& member);
  io::Task<void> tell(Member& member, crew::Order order);
  bool heard(Member& member, crew::Word word);
  void lose(const Member& member, std::string why);

  io::Loop& loop_;
  size_t roles_;
  Figures* figures_ = nullptr;
  std::function<void()> on_loss_;
  std::vector<std::unique_ptr<Member>> members_;
  std::optional<std::string> lost_;  // why
  bool stopped_ = false;
  io::Signal changed_;
  io::Scope scope_;  // ends before what it listens to
};

}  // namespace peregrine::trial
