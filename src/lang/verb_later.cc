// Verbs whose boundary this version does not have: what they say is read, so that a journey is
// right or wrong as a whole, and nothing of it is played.
#include <fmt/core.h>

#include "lang/verbs.h"

namespace peregrine::lang {

Action compile_later(const VerbContext& context) {
  const Node& node = context.argument;
  const bool steps = context.verb == "page";  // a list of actions
  if (node.kind == Node::Kind::null || (node.kind == Node::Kind::list && !steps)) {
    context.diagnostics.add(
        node.at, fmt::format("`{}` takes a text, this is {}", context.verb, node.describe()),
        "write it behind the colon");
  }
  (void)Shape::compile(node, context.names, context.diagnostics);
  for (std::string_view key : {"for", "every"}) {
    if (const Node* value = context.fields[key]) {
      (void)read_duration(*value, fmt::format("`{}`", key), context.diagnostics);
    }
  }
  return LaterAction{std::string(context.verb)};
}

}  // namespace peregrine::lang
