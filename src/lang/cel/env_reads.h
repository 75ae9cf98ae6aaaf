// Which variables of the environment an expression reads.
#pragma once

#include <string>
#include <vector>

#include "lang/cel/syntax.h"

namespace peregrine::lang::cel {

struct EnvRead {
  std::string name;  // empty: any of them, as in `env[which]`
  Span at;
};

// In the order in which they are written.
std::vector<EnvRead> find_env_reads(const Syntax& syntax);

}  // namespace peregrine::lang::cel
