// Headers of requests, as a user writes them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/template.h"

namespace peregrine::lang {

using HeaderTemplates = std::vector<std::pair<std::string, Template>>;

// Reports a name that no header can have.
void check_header_name(std::string_view name, const Place& at, Diagnostics& diagnostics);

// From a map of names and texts; reports what is none, and names that no header can have.
HeaderTemplates compile_headers(const Node& node, const Names& names, Diagnostics& diagnostics);

}  // namespace peregrine::lang
