// What plays one thing again, exactly: a play that failed, an order in which a race fell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace peregrine::record {

struct Replay {
  std::string id{};       // the same whenever the same is found; empty: it cannot be played again
  std::string trial{};    // "run", "race"
  std::string file{};     // of the journey, from the folder of its system.yaml
  std::string journey{};  // its name
  std::string environment{};    // `--env`
  uint64_t seed = 0;            // of the run, not of the round
  uint64_t round = 0;           // of `run`
  std::vector<size_t> order{};  // of `race`: who goes on at each choice
  uint64_t times = 0;           // of `race`, in place of an order: all at once, so often
  std::string command{};        // "peregrine replay 1a2b3c4d shop"
};

// Eight digits of a digest of what these words say.
std::string replay_id(const std::vector<std::string>& words);
// Whether a text has the form of an id.
bool is_replay_id(const std::string& text);

}  // namespace peregrine::record
