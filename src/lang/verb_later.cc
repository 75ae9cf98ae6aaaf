// Verbs whose boundary this version does not have: what they say is read, so that a journey is
// right or wrong as a whole, and nothing of it is played.
#include <fmt/core.h>

#include "lang/verbs.h"

namespace peregrine::lang {

Action compile_later(const VerbContext& context) {
  const Node& node = context.argument;
  if (node.kind == Node::Kind::null) {
    context.diagnostics.add(
        node.at,
        fmt::format("`{}` takes a list of actions, this is {}", context.verb, node.describe()),
        "each begins with `- `, as in `- visit: web /login`");
  }
  (void)Shape::compile(node, context.names, context.diagnostics);
  return LaterAction{std::string(context.verb)};
}

}  // namespace peregrine::lang
