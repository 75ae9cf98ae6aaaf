#include <fmt/core.h>

#include <algorithm>

#include "lang/redis_command.h"
#include "lang/verbs.h"

namespace peregrine::lang {

namespace {

std::string pick_redis(const VerbContext& context) {
  std::vector<std::string_view> names;
  for (const DatabaseSpec& database : context.system.databases) {
    if (database.kind == DatabaseSpec::Kind::redis) names.push_back(database.name);
  }
  const Node* chosen = context.fields["db"];
  std::string name = chosen ? read_text(*chosen, "`db`", context.diagnostics) : "redis";
  if (const Lacking* lacking = context.system.find_lacking(name)) {
    context.lacks = lacking->reason(context.system.environment);
  } else if (names.empty()) {
    context.diagnostics.add(context.argument.at, "the system has no Redis to ask",
                            "name it under `databases:` in system.yaml: `redis: {}`");
  } else if (!chosen) {
    return std::string(names.front());
  } else if (std::ranges::find(names, name) == names.end()) {
    context.diagnostics.add(chosen->at, fmt::format("there is no Redis `{}`", name),
                            suggestion(name, names));
  }
  return name;
}

}  // namespace

Action compile_redis(const VerbContext& context) {
  RedisAction action;
  action.database = pick_redis(context);
  action.command = compile_command(context.argument, "`redis`", context.names, context.diagnostics);
  const std::string name = redis_command_name(action.command);
  if (redis_changes_connection(name)) {
    context.diagnostics.add(context.argument.at,
                            fmt::format("{} is about a connection, and a `redis` step has none of "
                                        "its own",
                                        name),
                            "let one command say it all, as in EVAL \"redis.call('select', 2) "
                            "return redis.call('get', KEYS[1])\" 1 key");
  }
  return action;
}

}  // namespace peregrine::lang
