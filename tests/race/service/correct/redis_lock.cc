// A lock in Redis done right: set if it is not there, with a time to live and a token, and given
// back only by who has that token. Who meets another is told so, or waits for his turn.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

constexpr int kMostLooks = 500;
constexpr const char* kRelease =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

Handling deposit(Session& db, const Asked& asked) {
  CO_TRY(const int64_t balance,
         co_await db.number("select balance from accounts where id = $1", asked["account"]));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            balance + asked.number("amount")));
  co_return created();
}

std::string new_token() {
  static int64_t last = 0;
  return "holder " + std::to_string(++last);
}

Handling with_lock(Service& service, const Asked& asked, int looks) {
  const std::string key = "lock:account:" + asked.text("account");
  const std::string token = new_token();
  for (int i = 1;; ++i) {
    CO_TRY(const base::Value held,
           co_await service.redis.ask({"SET", key, token, "NX", "PX", "30000"}));
    if (!held.is_null()) break;
    if (i == looks) co_return conflict("somebody else is at it");
    CO_TRY_OK(co_await service.loop.sleep(std::chrono::milliseconds(5)));
  }
  Answer answer = co_await on_connection(service, asked, deposit);
  CO_TRY_OK(co_await service.redis.ask({"EVAL", kRelease, "1", key, token}));
  co_return answer;
}

}  // namespace

Handling redis_lock(Service& service, const Asked& asked) { return with_lock(service, asked, 1); }

Handling redis_lock_waits(Service& service, const Asked& asked) {
  return with_lock(service, asked, kMostLooks);
}

}  // namespace peregrine::racing::correct
