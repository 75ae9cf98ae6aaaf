// Effects: what a route, an action or the clock does to a provider. All of one `do` happen or none,
// each seeing those before.
#pragma once

#include <optional>
#include <variant>

#include "lang/template.h"

namespace peregrine::lang {

// `create: customers`.
struct CreateEffect {
  size_t resource;
  Shape with;  // a map of fields
  std::optional<Slot> as;
};

// `update: pi`. The expression gives an object of a resource's list, the very one.
struct UpdateEffect {
  Expression object;
  std::optional<size_t> resource;  // where it is known before anything runs
  Shape with;
};

// `delete: c`.
struct DeleteEffect {
  Expression object;
  std::optional<size_t> resource;
};

// `send: invoice.paid`: a webhook.
struct SendEffect {
  Template event;
  Shape data;
  std::optional<Template> to;  // where, if not where the system says
};

struct Effect {
  Place at;
  std::variant<CreateEffect, UpdateEffect, DeleteEffect, SendEffect> does;
  std::optional<Expression> when;
};

}  // namespace peregrine::lang
