// What a shell offers for the word that is being typed. The scripts of `peregrine completion` ask
// for it with `peregrine __complete WORD…`: the words of the command line behind the program, up to
// the one being typed, which may be empty.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace peregrine::cli {

inline constexpr const char* kCompleteCommand = "__complete";

// One line each: the whole word, a tab, what it is. A line that begins with a tab asks the shell to
// offer files itself: "yaml" (folders and YAML files), "file" (after the last `=`) or "folder".
// Mistakes in the user's files offer nothing and are not told.
std::string completions(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace peregrine::cli
