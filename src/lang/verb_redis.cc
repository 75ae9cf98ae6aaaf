#include <fmt/core.h>

#include "lang/database_choice.h"
#include "lang/redis_command.h"
#include "lang/verbs.h"

namespace peregrine::lang {

Action compile_redis(const VerbContext& context) {
  RedisAction action;
  action.database = choose_database(context, DatabaseSpec::Kind::redis);
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
