// Verbs whose boundary this version does not have: what they say is read, so that a journey is
// right or wrong as a whole, and nothing of it is played.
#include <fmt/core.h>

#include <algorithm>

#include "lang/verbs.h"

namespace peregrine::lang {

Action compile_delivered(const VerbContext& context) {
  return DeliveredAction{read_address(context, "${anna.phone}")};
}

Action compile_redis(const VerbContext& context) {
  RedisAction action;
  std::vector<std::string_view> names;
  for (const DatabaseSpec& database : context.system.databases) {
    if (database.kind == DatabaseSpec::Kind::redis) names.push_back(database.name);
  }
  const Node* chosen = context.fields["db"];
  if (chosen) action.database = read_text(*chosen, "`db`", context.diagnostics);
  const std::string_view wanted = chosen ? std::string_view(action.database) : "redis";
  if (const Lacking* lacking = context.system.find_lacking(wanted)) {
    context.lacks = lacking->reason(context.system.environment);
  } else if (names.empty()) {
    context.diagnostics.add(context.argument.at, "the system has no Redis to ask",
                            "name it under `databases:` in system.yaml: `redis: {}`");
  } else if (!chosen) {
    action.database = names.front();
  } else if (std::ranges::find(names, wanted) == names.end()) {
    context.diagnostics.add(chosen->at, fmt::format("there is no Redis `{}`", wanted),
                            suggestion(wanted, names));
  }
  action.command = compile_command(context.argument, "`redis`", context.names, context.diagnostics);
  return action;
}

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
