// The version that reports name. CMakeLists.txt sets it.
#pragma once

#include <string_view>

namespace peregrine::report {

inline constexpr std::string_view kVersion = PEREGRINE_VERSION;

}  // namespace peregrine::report
