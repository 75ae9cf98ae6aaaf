#include "cli/reading.h"

#include <fmt/core.h>

#include <cstdio>

namespace peregrine::cli {

std::optional<lang::Project> read_or_tell(const std::vector<std::string>& paths) {
  lang::Diagnostics diagnostics;
  auto project = lang::read_project(paths, diagnostics);
  if (project) return project;
  const auto mistakes = diagnostics.sorted();
  for (const lang::Diagnostic& mistake : mistakes) {
    fmt::print(stderr, "{}\n", lang::render(mistake));
  }
  fmt::print(stderr, "{} mistake{}{}\n", mistakes.size(), mistakes.size() == 1 ? "" : "s",
             diagnostics.full() ? "; there may be more" : "");
  return std::nullopt;
}

}  // namespace peregrine::cli
