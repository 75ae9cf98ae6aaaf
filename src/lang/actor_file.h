// `actors:` and `invariants:` of system.yaml. What they hold is compiled with each journey, since
// its names are the journey's; here their form is checked and kept.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/fields.h"

namespace peregrine::lang {

struct ActorSpec {
  std::string name;
  Place at;
  std::optional<Node> data;
  std::optional<Node> login;
  std::optional<Node> expires;
  std::optional<Node> headers;
};

struct InvariantSpec {
  std::string name;
  Node value;
  bool always = false;  // `when: always`
};

std::vector<ActorSpec> read_actors(const Node& node, Diagnostics& diagnostics);
std::vector<InvariantSpec> read_invariants(const Node& node, Diagnostics& diagnostics);

}  // namespace peregrine::lang
