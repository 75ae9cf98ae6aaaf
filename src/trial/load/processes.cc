#include "trial/load/processes.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "lang/needs_system.h"
#include "trial/load/load.h"
#include "trial/load/profile.h"
#include "trial/load/share.h"
#include "trial/load/workers.h"

namespace peregrine::trial {

namespace {

// A process of its own is worth what it costs from here on: users who do not think keep a loop busy
// by the dozen, and one loop begins some thousand plays a second.
constexpr double kUsersEach = 50;
constexpr double kPlaysEach = 1000;  // a second

bool is_open(const lang::LoadSpec& spec) { return spec.model == lang::LoadSpec::Model::open; }

// Half of the processors at most: the services that are asked need the others.
size_t by_itself(const lang::LoadSpec& spec, const ProcessRules& rules) {
  if (rules.processors <= 2) return 1;
  const double each = is_open(spec) ? kPlaysEach : kUsersEach;
  const double worth = Profile(spec).most() / each;
  return std::clamp<size_t>(static_cast<size_t>(worth), 1, rules.processors / 2);
}

size_t needed(const lang::LoadSpec& spec, const ProcessRules& rules) {
  if (is_open(spec) || rules.most_users == 0) return 1;
  return static_cast<size_t>(
      std::ceil(Profile(spec).most() / static_cast<double>(rules.most_users)));
}

}  // namespace

std::optional<std::string> why_one_process(const PlannedLoad& load) {
  for (const PlannedLoad::Part& part : load.parts) {
    if (auto why = lang::why_needs_system(*part.plan)) return why;
  }
  return std::nullopt;
}

size_t workers_for(const PlannedLoad& load, const lang::LoadSpec& spec, const ProcessRules& rules) {
  if (why_one_process(load)) return 0;
  size_t workers = std::max(rules.wanted.value_or(by_itself(spec, rules)), needed(spec, rules));
  workers = std::min(workers, Workers::kMost);
  if (is_open(spec)) return workers > 1 ? workers : 0;
  // Of few users there is none for each.
  const auto users = static_cast<uint64_t>(std::llround(Profile(spec).most()));
  const uint64_t at_home = Share::at_home(1, looking(load, spec)).below(users);
  workers = std::min<size_t>(workers, users - at_home);
  return workers > 1 || users > rules.most_users ? workers : 0;
}

double looking(const PlannedLoad& load, const lang::LoadSpec& spec) {
  const bool looks = std::ranges::any_of(
      load.parts, [](const PlannedLoad::Part& part) { return lang::has_looks(*part.plan); });
  return looks ? spec.verify : 0;
}

// Those who look are in one process whatever there is beside it.
size_t most_users_of(const PlannedLoad& load, const ProcessRules& rules) {
  if (why_one_process(load)) return rules.most_users;
  const size_t most = rules.most_users * Workers::kMost;
  const double share = looking(load, load.spec);
  if (share <= 0) return most;
  if (share >= 1) return rules.most_users;
  const double by_those = static_cast<double>(rules.most_users - 1) / share;
  return static_cast<size_t>(std::min(static_cast<double>(most), by_those));
}

std::string note_of(const PlannedLoad& load, const ProcessRules& rules) {
  const auto why = why_one_process(load);
  if (!why) return "";
  const size_t would = rules.wanted.value_or(by_itself(load.spec, rules));
  if (would <= 1) return "";
  return fmt::format("; in one process, for {}", *why);
}

}  // namespace peregrine::trial
