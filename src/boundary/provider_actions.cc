#include "boundary/provider_actions.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "boundary/provider_effects.h"
#include "boundary/provider_frame.h"
#include "boundary/provider_objects.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::List;
using base::Map;
using base::Result;
using base::Value;
using Events = std::vector<ProviderEvent>;

namespace {

// An input of one kind of object is that object; every other is as it is converted.
Result<> give_input(ProviderWorld& world, const lang::ActionInput& input, const Value* given,
                    ProviderFrame& frame) {
  const std::string what = fmt::format("the input `{}`", input.name);
  const auto* kind = std::get_if<lang::GivenKind>(&input.value);
  if (!kind) {
    if (given) {
      frame.set(input.slot, *given);
      return {};
    }
    TRY(Value usual, frame.fill(std::get<lang::Shape>(input.value)));
    frame.set(input.slot, std::move(usual));
    return {};
  }
  TRY(Value value, convert_given(world, *kind, given, what));
  const bool object = kind->references.size() == 1 && kind->names.empty();
  if (!object || value.is_null()) {
    frame.set(input.slot, std::move(value));
    return {};
  }
  const ObjectList& list = world.state.lists[kind->references[0]];
  frame.hold(input.slot, kind->references[0], list[*list.find(value)]);
  return {};
}

Result<> check_known(const lang::ProviderAction& action, const Map& with) {
  std::vector<std::string_view> known;
  for (const lang::ActionInput& input : action.inputs) known.push_back(input.name);
  for (const auto& [name, value] : with) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return fail(Code::invalid, "the action `{}` takes no `{}`; it takes {}", action.name, name,
                known.empty() ? "nothing" : base::alternatives(known));
  }
  return {};
}

Result<Events> do_action(ProviderWorld& world, const lang::ProviderAction& action, const Map& with,
                         base::WallTime now) {
  TRY_OK(check_known(action, with));
  ProviderFrame frame(world, action.slots, now, &action.lets);
  for (const lang::ActionInput& input : action.inputs) {
    TRY_OK(give_input(world, input, with.find(input.name), frame));
  }
  auto events = do_effects(action.effects, frame);
  if (!events) return std::unexpected(std::move(events).error().error);
  return *std::move(events);
}

// An object of `put`: a map of fields, or the value of the first one.
Map as_fields(const lang::Resource& resource, const Value& given) {
  if (given.is_map()) return given.as_map();
  if (resource.fields.empty()) return Map{{"id", given}};
  return Map{{resource.fields[0].name, given}};
}

Allowed<> put(ProviderWorld& world, size_t resource, const Value& given, base::WallTime now) {
  const Map with = as_fields(world.spec->resources[resource], given);
  const Value* id = with.find("id");
  const auto place = id && !id->is_null() ? world.state.lists[resource].find(*id) : std::nullopt;
  if (place) {
    TRY_OK(update_object(world, {resource, *place}, with, States::any));
  } else {
    TRY_OK(create_object(world, resource, with, true, now));
  }
  return {};
}

Allowed<> remove(ProviderWorld& world, size_t resource, const Value& given, base::WallTime) {
  const Value* id = given.is_map() ? given.find("id") : &given;
  const auto place = id ? world.state.lists[resource].find(*id) : std::nullopt;
  if (!place) {
    return fail(Code::not_found, "there is none of `{}` with the id `{}`",
                world.spec->resources[resource].name, id ? lang::to_text(*id) : "");
  }
  delete_object(world, {resource, *place});
  return {};
}

// `put` and `remove`: each of a map's resources, an object or a list of them.
Result<> for_each_object(ProviderWorld& world, const Map& with, base::WallTime now,
                         Allowed<> (*act)(ProviderWorld&, size_t, const Value&, base::WallTime)) {
  for (const auto& [name, value] : with) {
    const auto resource = world.spec->find_resource(name);
    if (!resource) {
      return fail(Code::invalid, "`{}` has no resource `{}`; it has {}", world.spec->name, name,
                  base::alternatives(world.spec->resource_names()));
    }
    const List objects = value.is_list() ? value.as_list() : List{value};
    for (const Value& object : objects) {
      Allowed<> done = act(world, *resource, object, now);
      if (!done) return std::unexpected(std::move(done).error().error);
    }
  }
  return {};
}

}  // namespace

Result<Events> perform_action(ProviderWorld& world, std::string_view action, const Value& with,
                              base::WallTime now) {
  if (!with.is_map() && !with.is_null()) {
    return fail(Code::invalid, "`with` of `{}` is a map, not {}", action, base::name(with.kind()));
  }
  const Map inputs = with.is_map() ? with.as_map() : Map{};
  if (const lang::ProviderAction* its = world.spec->find_action(action)) {
    return do_action(world, *its, inputs, now);
  }
  if (!lang::is_common_action(action)) {
    return fail(Code::invalid, "`{}` has no action `{}`; it has {}", world.spec->name, action,
                base::alternatives(world.spec->action_names()));
  }
  world.changes.clear();
  Result<> done = for_each_object(world, inputs, now, action == "put" ? put : remove);
  if (done) return Events{};
  take_back(world);
  return std::unexpected(std::move(done).error());
}

}  // namespace peregrine::boundary
