// Text as markup holds it: what HTML and XML have in common.
#pragma once

#include <string>
#include <string_view>

namespace peregrine::report {

// For the content of an element and for an attribute in double quotes, in which a newline would be
// read as a blank (XML 1.0, section 3.3.3). What XML cannot hold, not even escaped, becomes \xNN.
std::string in_markup(std::string_view text);

}  // namespace peregrine::report
