// Lets two through: one script looks and counts.
#include "race/service/correct/handlers.h"
#include "race/service/service.h"

namespace peregrine::racing::correct {
namespace {

constexpr const char* kTake =
    "if tonumber(redis.call('GET', KEYS[1]) or '0') >= 2 then return 0 end"
    " return redis.call('INCR', KEYS[1])";

}  // namespace

Handling redis_script(Service& service, const Asked& asked) {
  CO_TRY(const base::Value taken,
         co_await service.redis.ask({"EVAL", kTake, "1", "used:" + asked.text("key")}));
  co_return number_of(taken) == 0 ? conflict("too many") : created();
}

}  // namespace peregrine::racing::correct
