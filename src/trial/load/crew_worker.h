// A worker of a load: a process that plays a share of its users and tells the one that has the
// system what it measures (crew_messages.h).
#pragma once

#include <vector>

#include "io/channel.h"
#include "trial/load/crew.h"

namespace peregrine::trial {

// What it was given when it was made.
struct CrewWork {
  const system::Endpoints& endpoints;
  const lang::LoadSpec& load;
  const Profile& profile;
  const std::vector<Crew::Part>& parts;
  Share share;
  uint64_t seed = 0;
  size_t most_users = 0;
};

// Waits for the load to begin, plays, tells each second and at the end. Ends early when nobody
// listens any more. All that is named outlives it.
io::Task<void> play_as_worker(CrewWork of, io::Loop& loop, io::Channel& channel);

}  // namespace peregrine::trial
