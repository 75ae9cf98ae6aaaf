#include "cli/reading.h"

#include <fmt/core.h>

#include <cstdio>

#include "base/text.h"

namespace peregrine::cli {

namespace {

void tell(const lang::Diagnostics& diagnostics) {
  const auto mistakes = diagnostics.sorted();
  for (const lang::Diagnostic& mistake : mistakes) {
    fmt::print(stderr, "{}\n", lang::render(mistake));
  }
  fmt::print(stderr, "{} mistake{}{}\n", mistakes.size(), mistakes.size() == 1 ? "" : "s",
             diagnostics.full() ? "; there may be more" : "");
}

}  // namespace

std::optional<lang::Project> read_or_tell(const Flags& flags) {
  lang::Diagnostics diagnostics;
  auto project = lang::read_project(flags.paths, flags.system, diagnostics);
  if (!project) {
    tell(diagnostics);
    return std::nullopt;
  }
  auto selected = trial::select(std::move(project->journeys), flags.selection);
  if (!selected) {
    fmt::print(stderr, "peregrine: {}\n", base::printable(selected.error().text, true));
    return std::nullopt;
  }
  project->journeys = *std::move(selected);
  return project;
}

}  // namespace peregrine::cli
