// Makes the nodes that are CEL's own syntax; macros.h and functions.h have the rest.
#pragma once

#include <string>
#include <string_view>

#include "lang/cel/node.h"
#include "lang/names.h"

namespace peregrine::lang::cel {

NodePtr make_slot(Slot slot);
NodePtr make_self();
NodePtr make_local(size_t local);
// Fails whenever it is evaluated.
NodePtr make_failure(std::string why);

// `of.key`, and `of.?key`. A name in an optional gives an optional.
NodePtr make_member(NodePtr of, std::string key, bool optional);
// `of[at]`, and `of[?at]`.
NodePtr make_index(NodePtr of, NodePtr at, bool optional);
// `has(of.key)`.
NodePtr make_has(NodePtr of, std::string key);

// `optional[i]`: the i-th is an optional, and left out when it is none.
NodePtr make_list(Nodes elements, std::vector<bool> optional);
// Keys and values in turn.
NodePtr make_map(Nodes parts, std::vector<bool> optional);

// Of an operator as it is written, "?:" too.
NodePtr make_operation(std::string_view sign, Nodes operands);

}  // namespace peregrine::lang::cel
