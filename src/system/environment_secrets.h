// Which variables of Peregrine's environment are secrets: all that the files read as `env.NAME`,
// but for those that everybody's session has (PATH, HOME, USER, …), and paths: of files
// that there are, and absolute ones below a folder that there is.
#pragma once

#include <string>
#include <vector>

#include "lang/project.h"
#include "record/secrets.h"

namespace peregrine::system {

void add_environment_secrets(const lang::Project& project, record::Secrets& secrets);

// A variable that is set and would be a secret, if its value were one.
struct UnmaskedVariable {
  lang::EnvRead read;
  std::string reason;  // "it has fewer than 4 bytes"
};
std::vector<UnmaskedVariable> unmasked_variables(const lang::Project& project);

}  // namespace peregrine::system
