// Values as bytes between two processes of one program (packing.h), and back as exactly the same:
// a number keeps its kind and every digit, a map the order of its keys.
//
// What only a higher layer knows (Special) goes as what is most like it.
#pragma once

#include "base/packing.h"
#include "base/value.h"

namespace peregrine::base {

// Lists and maps in each other beyond this are null.
inline constexpr int kDeepestPacked = 1000;

void pack(const Value& value, Packer& into);
// Null, and `from` is not good any more, for what pack() does not write.
Value unpack_value(Unpacker& from);

}  // namespace peregrine::base
