// The script that finds things on a page: web/browser/act.js, which CMake puts into the program
// (cmake/EmbedFiles.cmake).
#pragma once

#include <span>
#include <string_view>

namespace peregrine::play {

// The files' texts, here of one.
std::span<const std::string_view> page_scripts();

}  // namespace peregrine::play
