// Keys of a keyboard, as a browser's DevTools take them.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace peregrine::play {

// What is pressed and let go of for "Enter", "a" or "Control+Shift+A", in this order: parameters of
// Input.dispatchKeyEvent. The names are those of the DOM (W3C UI Events KeyboardEvent key values).
// Fails with Code::invalid for a key that is none.
base::Result<std::vector<base::Map>> key_strokes(std::string_view keys);

}  // namespace peregrine::play
