#include <fmt/core.h>

#include "lang/named.h"
#include "lang/verbs.h"

namespace peregrine::lang {

Action compile_log(const VerbContext& context) {
  std::string name = read_text(context.argument, "`log`", context.diagnostics);
  const SystemSpec& system = context.system;
  if (const Lacking* lacking = system.find_lacking(name)) {
    context.lacks = lacking->reason(system.environment);
  } else if (!name.empty() && !system.find_service(name)) {
    context.diagnostics.add(context.argument.at, fmt::format("there is no service `{}`", name),
                            suggestion(name, names_of(system.services)));
  }
  return LogAction{std::move(name)};
}

}  // namespace peregrine::lang
