// UTF-8 text by characters (code points), as CEL counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace peregrine::lang::cel {

// The offset of character `n`; of the end where n is their number. Nothing below and beyond.
std::optional<size_t> offset_of(std::string_view text, int64_t n);

// Each character as a text of its own.
std::vector<std::string_view> characters(std::string_view text);

// Without Unicode's white space at both ends.
std::string_view trim_blanks(std::string_view text);

}  // namespace peregrine::lang::cel
