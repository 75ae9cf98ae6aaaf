// What a third party, or its user there, does by itself: the actions of its file, `put` and
// `remove`, and what its objects do when their `at` has come.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boundary/provider_world.h"

namespace peregrine::boundary {

// Gives the webhooks that it asks for. Fails with Code::invalid or not_found for an action that
// there is not and inputs that are not what it needs, and where its effects cannot be; then nothing
// has changed.
base::Result<std::vector<ProviderEvent>> perform_action(ProviderWorld& world,
                                                        std::string_view action,
                                                        const base::Value& with,
                                                        base::WallTime now);

// When the first object is due; nothing if none is.
std::optional<base::WallTime> next_due(ProviderWorld& world);

// Has every object that is due at this time do what it does then, the earliest first, each at its
// own time. One that is due at the same time afterwards is not asked again.
struct DueActs {
  std::vector<ProviderEvent> events;
  std::vector<std::string> mistakes;  // what could not be done, and why
};
inline constexpr size_t kMostActs = 10'000;  // at once; the rest is left for the next time
DueActs act_when_due(ProviderWorld& world, base::WallTime now);

}  // namespace peregrine::boundary
