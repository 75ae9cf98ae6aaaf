#include <fmt/core.h>

#include "cli/commands.h"
#include "cli/notes.h"
#include "cli/reading.h"

namespace peregrine::cli {

int check_command(const Flags& flags) {
  const auto project = read_or_tell(flags.paths);
  if (!project) return kWrongFile;
  size_t steps = 0;
  for (const lang::Plan& plan : project->journeys) steps += plan.steps.size();
  fmt::print("{}: {} journey{}, {} steps, no mistakes\n", project->system.source->path(),
             project->journeys.size(), project->journeys.size() == 1 ? "" : "s", steps);
  print_notes(*project);
  return kHeld;
}

}  // namespace peregrine::cli
