// The providers that come with Peregrine: files as a user's own, found beside the program.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine::lang {

// The file of a provider, in the first of these folders that has it: `providers` and
// `../share/peregrine/providers` from the program's own folder, then, for a program that was built
// and not installed, the folder `providers` of the sources above it.
std::optional<std::string> shipped_provider(std::string_view name);
// Their names, sorted.
std::vector<std::string> shipped_provider_names();

}  // namespace peregrine::lang
