// The files that lie beside the user's: what file() and csv() read, while a file of the language is
// read and never while it is played.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "lang/source.h"

namespace peregrine::lang {

inline constexpr std::string_view kSystemFile = "system.yaml";
inline constexpr size_t kMaxFileBytes = 64 << 20;

// The system.yaml in this folder, or in the nearest one above.
std::optional<std::filesystem::path> find_system_file(std::filesystem::path folder);

// The bytes of a file. `path` starts from the source's folder, and stays in the folder of its
// system.yaml: a project is whole where it lies. Links are followed. Fails (Code::invalid) for
// other paths, with Code::not_found, and with Code::limit above kMaxFileBytes.
base::Result<std::string> read_beside(const Source& source, std::string_view path);

}  // namespace peregrine::lang
