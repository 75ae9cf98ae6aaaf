// Keys of a keyboard, as they are written: "Enter", "a", "Control+Shift+A". They are called as in
// the DOM (W3C UI Events KeyboardEvent key values), but for "Space", which is a blank there.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"

namespace peregrine::lang {

struct KeyboardKey {
  std::string_view name;       // of the text that was read, or for ever
  int code;                    // Windows' virtual one; 0 if it has none
  std::string_view text = "";  // that it writes
  int modifier = 0;            // its bit among the modifiers of the DevTools protocol
};

// In the order in which they are pressed. Valid as long as the text. Fails with Code::invalid for a
// key that is none.
base::Result<std::vector<KeyboardKey>> read_keyboard(std::string_view keys);

}  // namespace peregrine::lang
