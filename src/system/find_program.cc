#include "system/find_program.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.h"

namespace peregrine::system {

std::optional<std::string> find_program(std::initializer_list<std::string_view> names) {
  const char* own = std::getenv("PATH");
  const std::string path = fmt::format("{}:{}", own ? own : "", kUsualPath);
  for (const std::string_view name : names) {
    for (const std::string_view folder : base::split(path, ':')) {
      std::string program = fmt::format("{}/{}", folder, name);
      if (folder.starts_with('/') && access(program.c_str(), X_OK) == 0) return program;
    }
  }
  return std::nullopt;
}

}  // namespace peregrine::system
