// Nodes of macros: loops over lists and maps, names for values, defaults.
#pragma once

#include "lang/cel/node.h"

namespace peregrine::lang::cel {

enum class Loop { all, exists, exists_one, filter, map, transform_map, transform_entry };

struct LoopParts {
  Loop loop;
  NodePtr range;
  bool two = false;  // two names: index and element, or key and value
  size_t first = 0;  // local of the first; the second is the next
  NodePtr filter = nullptr;
  NodePtr body = nullptr;
};

NodePtr make_loop(LoopParts parts);

// The body, with `local` standing for the value.
NodePtr make_bind(size_t local, NodePtr value, NodePtr body);
// optional.optMap(local, body); flat: the body gives an optional itself.
NodePtr make_optional_map(bool flat, size_t local, NodePtr optional, NodePtr body);
// The first; the second where the first is null or absent.
NodePtr make_or(NodePtr first, NodePtr second);

}  // namespace peregrine::lang::cel
