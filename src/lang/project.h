// Finds and reads the files that a command names: one system and its journeys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/journey_file.h"
#include "lang/provider_file.h"

namespace peregrine::lang {

struct Project {
  SystemSpec system;
  std::vector<Plan> journeys;             // in the order of their paths, those of kept orders last
  std::vector<ProviderSpec> providers{};  // of files found or named, in the same order
};

// Each path is a folder, a journey's file, or `file:line`. system.yaml is the one in the folder or
// in the nearest folder above a file. In a folder, a YAML file is a journey when it says
// `journey:`, a kept order when it says `replay:` and `order:`, and a provider when it says
// `provider:`; below a folder named `journeys` every YAML file has to say what it is. Folders below
// that have a system.yaml of their own are left to that.
//
// A provider's file may be named where there is no system.yaml: the project's system is then empty,
// with that file for its source.
//
// None when something is wrong; everything that is lies in `diagnostics`.
std::optional<Project> read_project(const std::vector<std::string>& paths,
                                    const SystemOptions& options, Diagnostics& diagnostics);

}  // namespace peregrine::lang
