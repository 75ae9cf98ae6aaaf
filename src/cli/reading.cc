#include "cli/reading.h"

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>

#include "cli/tell.h"
#include "lang/files_beside.h"
#include "lang/system_file.h"

namespace peregrine::cli {

namespace {

void tell_mistakes(const lang::Diagnostics& diagnostics) {
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
    tell_mistakes(diagnostics);
    return std::nullopt;
  }
  auto selected = trial::select(std::move(project->journeys), flags.selection);
  if (!selected) {
    tell(selected.error().text);
    return std::nullopt;
  }
  project->journeys = *std::move(selected);
  return project;
}

std::optional<lang::Project> read_system_or_tell(const Flags& flags) {
  namespace fs = std::filesystem;
  const fs::path given = flags.paths.front();
  std::error_code error;
  const bool folder = fs::is_directory(given, error);
  const auto path = lang::find_system_file(folder ? given : given.parent_path());
  if (!path || !fs::exists(given, error)) {
    tell(fmt::format(
        "{}: {}", given.string(),
        path ? "no such file or folder" : "there is no system.yaml here or in a folder above"));
    return std::nullopt;
  }
  const auto source = lang::Source::read(path->string());
  if (!source) {
    tell(source.error().to_string());
    return std::nullopt;
  }
  lang::Diagnostics diagnostics;
  auto spec = lang::read_system(*source, flags.system, diagnostics);
  if (!spec || !diagnostics.empty()) {
    tell_mistakes(diagnostics);
    return std::nullopt;
  }
  spec->clock_is_moved = spec->clock.has_value();
  return lang::Project{*std::move(spec), {}};
}

}  // namespace peregrine::cli
