#include <fmt/core.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/notes.h"
#include "cli/reading.h"
#include "trial/run.h"

namespace peregrine::cli {

namespace {

void list_journey(const lang::Plan& plan) {
  std::string more;
  for (const std::string& id : plan.covers) more += fmt::format("  {}", id);
  for (const std::string& tag : plan.tags) more += fmt::format("  #{}", tag);
  const std::string skip = trial::reason_to_skip(plan);
  if (!skip.empty()) more += fmt::format("  (skipped: {})", skip);
  fmt::print("{}:{}  {}{}\n", plan.source->path(), plan.line, base::printable(plan.name),
             base::printable(more));
}

}  // namespace

int check_command(const Flags& flags) {
  const auto project = read_or_tell(flags);
  if (!project) return kWrongFile;
  size_t steps = 0;
  for (const lang::Plan& plan : project->journeys) {
    steps += plan.steps.size();
    if (flags.verbose || !flags.selection.empty()) list_journey(plan);
  }
  fmt::print("{}: {} journey{}, {} steps, no mistakes\n", project->system.source->path(),
             project->journeys.size(), project->journeys.size() == 1 ? "" : "s", steps);
  print_notes(*project);
  return kHeld;
}

}  // namespace peregrine::cli
