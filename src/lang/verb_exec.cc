#include <fmt/core.h>

#include <filesystem>

#include "lang/named.h"
#include "lang/verbs.h"

namespace peregrine::lang {

Action compile_exec(const VerbContext& context) {
  ExecAction action;
  std::error_code error;
  action.folder =
      std::filesystem::absolute(context.argument.at.source->folder(), error).lexically_normal();
  action.command = compile_command(context.argument, "`exec`", context.names, context.diagnostics);
  if (const Node* input = context.fields["input"]) {
    action.input = Shape::compile(*input, context.names, context.diagnostics);
  }
  return action;
}

Action compile_log(const VerbContext& context) {
  const std::string name = read_text(context.argument, "`log`", context.diagnostics);
  if (!name.empty() && !context.system.find_service(name)) {
    context.diagnostics.add(context.argument.at, fmt::format("there is no service `{}`", name),
                            suggestion(name, names_of(context.system.services)));
  }
  return LogAction{name};
}

}  // namespace peregrine::lang
