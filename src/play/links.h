// The links of a text: where a mail or a page sends its reader.
#pragma once

#include <string_view>

#include "base/value.h"

namespace peregrine::play {

// A list of texts, in their order, each once: what `href` attributes hold, as written but for
// HTML's references (`&amp;`), and what begins with http:// or https:// anywhere else, up to a
// blank, a quote or an angle bracket and without punctuation at its end. At most 10,000.
base::Value find_links(std::string_view text);

}  // namespace peregrine::play
