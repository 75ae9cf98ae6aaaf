// The style and the script of the page that `html` writes: the files of web/report/, which CMake
// puts into the program (cmake/EmbedFiles.cmake), in the order in which CMakeLists.txt lists them.
#pragma once

#include <span>
#include <string_view>

namespace peregrine::report {

std::span<const std::string_view> page_styles();
std::span<const std::string_view> page_scripts();

}  // namespace peregrine::report
