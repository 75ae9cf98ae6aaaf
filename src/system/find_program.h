// A program of the machine, by one of the names that distributions give it.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace peregrine::system {

// Folders of programs beside those of PATH, as a PATH: a daemon's may be in none of a user's.
inline constexpr std::string_view kUsualPath =
    "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin";

// Its path; the first of the names counts most. In PATH, then in the usual folders.
std::optional<std::string> find_program(std::initializer_list<std::string_view> names);

}  // namespace peregrine::system
