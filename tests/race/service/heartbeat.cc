#include "race/service/heartbeat.h"

#include <fmt/core.h>

#include <cstdlib>

#include "race/service/session.h"

namespace peregrine::racing {
namespace {

constexpr const char* kBeat = "update heartbeats set beats = beats + 1, at = clock_timestamp()";

io::Task<base::Result<>> beat(Service& service) {
  CO_TRY(Session db, co_await Session::open(service));
  CO_TRY_OK(co_await db.ask(kBeat));
  co_return base::Result<>{};
}

io::Task<base::Result<>> beat_in_transaction(Service& service, net::PostgresPool& own) {
  const io::Deadline deadline = service.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await own.acquire(deadline));
  CO_TRY_OK(co_await db->begin(deadline));
  CO_TRY_OK(co_await db->script("select 1", deadline));
  CO_TRY_OK(co_await db->script(kBeat, deadline));
  co_return co_await db->commit(deadline);
}

io::Task<void> go_on(Service& service, base::Duration pause) {
  const char* how = std::getenv("HEARTBEAT");
  const bool in_transaction = how && std::string_view(how) == "transaction";
  net::PostgresPool own(service.loop, std::getenv("DATABASE_URL"), 1);
  while (co_await service.loop.sleep(pause)) {
    const base::Result<> beaten =
        in_transaction ? co_await beat_in_transaction(service, own) : co_await beat(service);
    if (!beaten) fmt::print(stderr, "heartbeat: {}\n", beaten.error().to_string());
  }
}

}  // namespace

base::Result<> begin_heartbeat(Service& service) {
  const char* text = std::getenv("HEARTBEAT_MS");
  if (!text) return {};
  const long ms = std::strtol(text, nullptr, 10);
  if (ms < 1 || ms > 60'000)
    return base::fail(base::Code::invalid, "HEARTBEAT_MS is a number from 1 to 60000");
  service.later.spawn(go_on(service, std::chrono::milliseconds(ms)));
  return {};
}

}  // namespace peregrine::racing
