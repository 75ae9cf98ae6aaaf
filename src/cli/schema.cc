// peregrine schema: the JSON Schema of the files, for editors.
#include "lang/schema/schema.h"

#include <cstdio>

#include "cli/commands.h"

namespace peregrine::cli {

int schema_command(const Flags& flags) {
  std::fputs(lang::json_schema(flags.name).c_str(), stdout);
  return kHeld;
}

}  // namespace peregrine::cli
