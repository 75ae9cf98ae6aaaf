// One play of a race: from a clean system, in one order, and what came of it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "play/player.h"
#include "trial/race/scheduler.h"

namespace peregrine::trial {

// What one play of a race has shown.
struct Attempt {
  record::JourneyResult result{};
  Trace trace{};
  std::vector<bool> won{};
  std::string digest{};        // of what was left when all were done: RunningSystem::contents
  std::string server_error{};  // a service answered 5xx: what and how; empty: none did
  base::Duration took{};
};

// The names of those that are not the same in both, or in one alone.
std::set<std::string> differing_parts(const std::map<std::string, std::string>& one,
                                      const std::map<std::string, std::string>& other);

class Attempts {
 public:
  // All outlive it.
  Attempts(play::World& world, const lang::Plan& plan, uint64_t seed)
      : world_(world), plan_(plan), seed_(seed) {}

  // Fails when the system could not be put back, or when cancelled.
  io::Task<base::Result<Attempt>> in_order(std::vector<size_t> contenders);
  io::Task<base::Result<Attempt>> at_once();
  // Behind these choices who went on goes on.
  io::Task<base::Result<Attempt>> with(Choices choices);
  // One by chance.
  io::Task<base::Result<Attempt>> at_random(uint64_t seed);

  // What is not compared from now on.
  void leave_out(std::set<std::string> parts) { left_out_ = std::move(parts); }
  // The parts of the state as the last left it.
  const std::map<std::string, std::string>& parts() const { return parts_; }
  // Whether parts are taken too, which costs a query a table.
  void take_parts(bool takes) { takes_parts_ = takes; }
  // Third parties draw other values than in other plays: what depends on them shows.
  void change_luck(bool changes) { changes_luck_ = changes; }
  // Ends of plays that are right: what ends otherwise is looked at again, until it stays, where
  // services go on behind their answers. A slow machine may not have let them.
  void know_ends(std::function<bool(const std::string& digest)> knows) {
    knows_ = std::move(knows);
  }
  Scheduler::Known& known() { return known_; }

 private:
  io::Task<base::Result<Attempt>> play(Scheduler::Options options, Scheduler::Choose choose);
  io::Task<void> look(Attempt& attempt);
  io::Task<void> take_end(Attempt& attempt);

  play::World& world_;
  const lang::Plan& plan_;
  uint64_t seed_;
  Scheduler::Known known_;
  std::function<bool(const std::string&)> knows_;
  std::set<std::string> left_out_;
  std::map<std::string, std::string> parts_;
  bool takes_parts_ = false;
  bool changes_luck_ = false;
};

}  // namespace peregrine::trial
