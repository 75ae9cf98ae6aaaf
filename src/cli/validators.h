// What the values of flags are checked by, with a message that says what is right. CLI11's own
// checks let `1e3` pass for a number, and name no bounds.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

namespace peregrine::cli {

CLI::Validator whole_number(uint64_t least, uint64_t most);
// A host of a URL, without what stands around it.
CLI::Validator host_name();
CLI::Validator truth();
CLI::Validator one_of(std::vector<std::string_view> words);
CLI::Validator report_request();

}  // namespace peregrine::cli
