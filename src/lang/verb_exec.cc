#include <filesystem>

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

}  // namespace peregrine::lang
