// redis: one command, of Peregrine's own, which passes no proxy.
#include <fmt/core.h>

#include "lang/redis_command.h"
#include "play/action.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using base::Value;

io::Task<Result<>> play_action(const lang::RedisAction& action, Attempt& attempt) {
  CO_TRY(std::vector<std::string> words, action.command.fill(attempt.context));
  if (lang::redis_changes_connection(words.front())) {
    co_return base::fail(Code::invalid,
                         "{} is about a connection, and a `redis` step has none of its own",
                         words.front());
  }
  CO_TRY(Value value, co_await attempt.world.system().command(action.database, std::move(words),
                                                              attempt.deadline));
  attempt.see("value", std::move(value));
  co_return Result<>{};
}

}  // namespace peregrine::play
