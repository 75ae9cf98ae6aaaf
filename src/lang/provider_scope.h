// What the expressions in a part of a provider's file may name, and what is known of it: which name
// holds an object of a resource, which a list of them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/expression.h"
#include "lang/fields.h"
#include "lang/names.h"

namespace peregrine::lang {

// Objects of a resource: one, or a list of them.
struct Holds {
  size_t resource;
  bool list = false;
};

// Copied for what sees more: a route from what any request sees, a case from its route.
struct Scope {
  Names names;
  std::map<std::string, Holds, std::less<>> holds;
  // Of each resource, the members of its objects.
  std::shared_ptr<const std::vector<std::vector<std::string>>> members;

  Slot declare(std::string_view name) { return names.declare(name); }
  // A name for objects of a resource. Of one object the members are known.
  Slot declare(std::string_view name, Holds what);
  // What this expression gives, as far as can be told from how it is written.
  std::optional<Holds> holds_of(std::string_view expression) const;
};

// Whether a key may be a name in this scope; reports one that may not. `what` is "a resource".
bool check_new_name(const Node& key, std::string_view what, const Names& names,
                    Diagnostics& diagnostics);

// The members of `name` that expressions in `node` ask for (`name.x`), each with its place; for the
// name alone an empty text. Expressions that cannot be read are passed over.
struct MemberRead {
  std::string member;
  Place at;
};
std::vector<MemberRead> members_read(const Node& node, std::string_view name);

}  // namespace peregrine::lang
