// Where two texts differ, for people.
#pragma once

#include <string>
#include <string_view>

namespace peregrine::play {

// Lines of text, without a newline at the end; empty when both are shown best as they are. Texts of
// several lines: those that were expected and did not come after `- `, those that came instead
// after `+ `, some around them after blanks. Long texts: what stands around the first difference in
// each, with a caret under it. Short ones: from which character on, or that only capitals or white
// space differ. REQUIRES: the texts differ.
std::string explain_texts(std::string_view wanted, std::string_view actual);

}  // namespace peregrine::play
