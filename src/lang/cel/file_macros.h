// file(path) and csv(path): macros, because they are read when the expression is compiled.
#pragma once

#include "lang/cel/compiler.h"

namespace peregrine::lang::cel {

// Throw Mistake: for what is no literal, a file that is not there, and one that is no CSV.
NodePtr expand_file(Compiler& compiler, const Syntax& call);
NodePtr expand_csv(Compiler& compiler, const Syntax& call);

}  // namespace peregrine::lang::cel
