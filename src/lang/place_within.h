// Where a part of a scalar stands in its file: the text of a YAML scalar is not what the file holds
// (quotes, escapes, folded lines, indentation).
#pragma once

#include "lang/yaml.h"

namespace peregrine::lang {

// The place of byte `offset` of a scalar's text, `length` bytes of the text long; that length is
// meant for one line.
Place place_within(const Node& scalar, size_t offset, size_t length = 1);

}  // namespace peregrine::lang
