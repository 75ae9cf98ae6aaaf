// What `check` tells beside mistakes: what this version cannot play yet, and which values of the
// environment are not masked.
#pragma once

#include "lang/project.h"

namespace peregrine::cli {

// On standard output, each with its place and what `run` makes of it.
void print_notes(const lang::Project& project);

// On standard output: variables that the files read, whose values are too short for secrets.
void print_unmasked(const lang::Project& project);

// Whether the system itself has something that `run` cannot do without; that has been told on
// standard error. Journeys that have such are skipped, each with its reason.
bool refuse_system(const lang::Project& project);

}  // namespace peregrine::cli
