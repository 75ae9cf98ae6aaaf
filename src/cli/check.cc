// peregrine check: everything is read, every mistake told, nothing started.
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

std::string counted(size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
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
  std::string found =
      fmt::format("{}, {}", counted(project->journeys.size(), "journey"), counted(steps, "step"));
  if (project->journeys.empty()) found.clear();
  if (!project->providers.empty()) {
    if (!found.empty()) found += ", ";
    found += counted(project->providers.size(), "provider");
  }
  fmt::print("{}: {}, no mistakes\n", project->system.source->path(), found);
  print_notes(*project);
  print_unmasked(*project);
  return kHeld;
}

}  // namespace peregrine::cli
