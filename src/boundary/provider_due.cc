// `at`: what objects do by themselves when the clock gets there.
#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "base/instant.h"
#include "boundary/provider_actions.h"
#include "boundary/provider_effects.h"
#include "boundary/provider_frame.h"

namespace peregrine::boundary {

using base::Value;
using base::WallTime;

namespace {

struct Due {
  WallTime at;
  size_t resource;
  std::string id;
  Value object;
};

// The instant of an object that it has not acted on; what its expression cannot give is none.
std::optional<Due> due_of(ProviderWorld& world, size_t index, const Value& object,
                          ProviderFrame& frame) {
  const lang::Resource& resource = world.spec->resources[index];
  frame.set(resource.self, object);
  const auto value = frame.evaluate(*resource.due);
  const auto at = value ? base::as_instant(*value) : std::nullopt;
  if (!at) return std::nullopt;
  std::string id = lang::to_text(*object.find("id"));
  const auto acted = world.state.acted.find({index, id});
  if (acted != world.state.acted.end() && acted->second >= *at) return std::nullopt;
  return Due{*at, index, std::move(id), object};
}

std::optional<Due> first_due(ProviderWorld& world) {
  std::optional<Due> first;
  for (size_t i = 0; i < world.spec->resources.size(); ++i) {
    const lang::Resource& resource = world.spec->resources[i];
    if (!resource.due) continue;
    ProviderFrame frame(world, resource.slots, {});
    for (const Value& object : world.state.lists[i].objects()) {
      auto due = due_of(world, i, object, frame);
      if (due && (!first || due->at < first->at)) first = std::move(due);
    }
  }
  return first;
}

}  // namespace

std::optional<WallTime> next_due(ProviderWorld& world) {
  const auto first = first_due(world);
  return first ? std::optional(first->at) : std::nullopt;
}

DueActs act_when_due(ProviderWorld& world, WallTime now) {
  DueActs acts;
  for (size_t i = 0; i < kMostActs; ++i) {
    const auto due = first_due(world);
    if (!due || due->at > now) break;
    world.state.acted.insert_or_assign({due->resource, due->id}, due->at);
    const lang::Resource& resource = world.spec->resources[due->resource];
    ProviderFrame frame(world, resource.slots, due->at);
    frame.hold(resource.self, due->resource, due->object);
    auto events = do_effects(resource.effects, frame);
    if (events) {
      std::ranges::move(*events, std::back_inserter(acts.events));
    } else {
      acts.mistakes.push_back(fmt::format("`at` of `{}` of `{}`: {}", due->id, resource.name,
                                          events.error().error.to_string()));
    }
  }
  return acts;
}

}  // namespace peregrine::boundary
