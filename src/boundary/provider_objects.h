// The objects of a provider's resources: finding, making, changing and removing them, as the fields
// of their resource say.
#pragma once

#include <optional>

#include "boundary/provider_world.h"

namespace peregrine::boundary {

struct ObjectPlace {
  size_t resource;
  size_t index;
};
// Where an object is that an expression gave: the one in a list, or one with its id, in this
// resource if that is known and else in the first that has one.
std::optional<ObjectPlace> find_object(const ProviderWorld& world, const base::Value& object,
                                       std::optional<size_t> resource);

// What is given for a field or an input, converted to what it must be: "12" is an <int>; a
// reference is an object's id. `what` is "the field `cents`". Fails with Code::not_found when it is
// missing or refers to nothing, Code::invalid when it is of another kind.
base::Result<base::Value> convert_given(const ProviderWorld& world, const lang::GivenKind& kind,
                                        const base::Value* given, std::string_view what);

// A new object at the end of its list. Of `with` what is no field is passed over; its `id` counts
// if `take_id`.
Allowed<base::Value> create_object(ProviderWorld& world, size_t resource, const base::Map& with,
                                   bool take_id, base::WallTime now);
// Whether a change has to follow the `states` of its resource.
enum class States { checked, any };
// The object with these fields changed.
Allowed<base::Value> update_object(ProviderWorld& world, ObjectPlace place, const base::Map& with,
                                   States states);
void delete_object(ProviderWorld& world, ObjectPlace place);
// Each of these is kept in `world.changes`. Takes all of them back, the last first.
void take_back(ProviderWorld& world);

}  // namespace peregrine::boundary
