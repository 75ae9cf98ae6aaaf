#include "lang/shipped_providers.h"

#include <algorithm>
#include <filesystem>

namespace peregrine::lang {

namespace fs = std::filesystem;

namespace {

// Folders above the program that may be the sources' root: `build/release/peregrine`, and what is
// built further below.
constexpr int kMostAbove = 5;

std::vector<fs::path> folders() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  fs::path above = program.parent_path();
  std::vector<fs::path> all = {above / "providers",
                               above.parent_path() / "share" / "peregrine" / "providers"};
  for (int i = 0; i < kMostAbove && above.has_relative_path(); ++i) {
    above = above.parent_path();
    if (fs::exists(above / "src" / "lang" / "shipped_providers.cc", error)) {
      all.push_back(above / "providers");
    }
  }
  return all;
}

}  // namespace

std::optional<std::string> shipped_provider(std::string_view name) {
  std::error_code error;
  for (const fs::path& folder : folders()) {
    const fs::path file = folder / (std::string(name) + ".yaml");
    if (fs::is_regular_file(file, error)) return file.string();
  }
  return std::nullopt;
}

std::vector<std::string> shipped_provider_names() {
  std::vector<std::string> names;
  for (const fs::path& folder : folders()) {
    std::error_code error;
    for (auto at = fs::directory_iterator(folder, error); at != fs::directory_iterator();
         at.increment(error)) {
      if (at->path().extension() == ".yaml") names.push_back(at->path().stem().string());
    }
    if (!names.empty()) break;
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace peregrine::lang
