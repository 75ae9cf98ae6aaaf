#include "cli/notes.h"

#include <fmt/core.h>

#include <cstdio>

#include "lang/diagnostic.h"
#include "system/environment_secrets.h"

namespace peregrine::cli {

namespace {

std::string note(const lang::NotPlayable& it, std::string_view remedy) {
  return lang::render({it.at, it.message(), std::string(remedy)});
}

}  // namespace

void print_notes(const lang::Project& project) {
  constexpr std::string_view kNotNeeded = "`run` does without it";
  for (const lang::NotPlayable& it : project.system.not_playable) {
    fmt::print("\n{}",
               note(it, it.run_needs_it ? "until then `run` refuses the system" : kNotNeeded));
  }
  for (const lang::Plan& plan : project.journeys) {
    for (const lang::NotPlayable& it : plan.not_playable) {
      fmt::print("\n{}",
                 note(it, it.run_needs_it ? "until then `run` skips the journey" : kNotNeeded));
    }
  }
}

void print_unmasked(const lang::Project& project) {
  for (const system::UnmaskedVariable& it : system::unmasked_variables(project)) {
    std::string message =
        fmt::format("the value of `env.{}` is not masked in reports: {}", it.read.name, it.reason);
    fmt::print("\n{}", lang::render({it.read.at, std::move(message), "a secret has to be longer"}));
  }
}

bool refuse_system(const lang::Project& project) {
  if (!lang::first_needed(project.system.not_playable)) return false;
  for (const lang::NotPlayable& it : project.system.not_playable) {
    if (it.run_needs_it) fmt::print(stderr, "{}\n", note(it, "leave it out for now"));
  }
  fmt::print(stderr, "the system cannot be started by this version yet\n");
  return true;
}

}  // namespace peregrine::cli
