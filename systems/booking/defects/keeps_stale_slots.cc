// Defect: nothing is forgotten when a slot is booked, so that it is offered until the minute is
// over.
#include <fmt/format.h>

#include "base/json.h"
#include "booking/service/log.h"
#include "booking/service/slot_cache.h"

namespace peregrine::booking {
namespace {

using base::Result;
using base::Value;
using std::chrono::seconds;

int64_t epoch(base::WallTime instant) { return floor<seconds>(instant).time_since_epoch().count(); }

std::string key(const std::string& staff) { return "slots:" + staff; }
std::string field(const SlotSpan& span) {
  return fmt::format("{} {} {}", span.event_type, epoch(span.from), epoch(span.to));
}

std::optional<std::vector<base::WallTime>> read_slots(const Value& kept) {
  if (!kept.is_text()) return std::nullopt;
  const Result<Value> list = base::parse_json(kept.as_text());
  if (!list || !list->is_list()) return std::nullopt;
  std::vector<base::WallTime> out;
  for (const Value& start : list->as_list()) {
    if (start.kind() != base::Kind::int64) return std::nullopt;
    out.emplace_back(seconds(start.as_int()));
  }
  return out;
}

}  // namespace

SlotCache::SlotCache(io::Loop& loop, Counters& counters, net::RedisTarget at,
                     base::Duration patience)
    : loop_(loop),
      counters_(counters),
      at_(std::move(at)),
      patience_(patience),
      one_at_a_time_(loop) {}

io::Task<std::optional<std::vector<base::WallTime>>> SlotCache::get(SlotSpan span) {
  const Result<Value> kept = co_await command({"HGET", key(span.staff), field(span)});
  std::optional<std::vector<base::WallTime>> slots;
  if (kept) slots = read_slots(*kept);
  counters_.count("slot_cache", slots ? "hit" : kept ? "miss" : "unreachable");
  co_return slots;
}

io::Task<void> SlotCache::put(SlotSpan span, std::vector<base::WallTime> slots,
                              uint64_t forgotten) {
  base::List starts;
  for (const base::WallTime slot : slots) starts.emplace_back(epoch(slot));
  if (forgotten != forgotten_) co_return;
  if (!co_await command({"HSET", key(span.staff), field(span), base::to_json(Value(starts))}))
    co_return;
  (void)co_await command({"EXPIRE", key(span.staff), std::to_string(kSecondsKept)});
}

io::Task<void> SlotCache::forget(std::string staff) {
  ++forgotten_;
  log(Level::info, "slots forgotten", base::Map{{"staff", staff}});
  co_return;
}

io::Task<Result<Value>> SlotCache::command(net::RedisConnection::Command command) {
  CO_TRY(const io::Mutex::Turn turn, co_await one_at_a_time_.lock(loop_.in(patience_)));
  if (loop_.now() < not_before_)
    co_return base::fail(base::Code::closed, "Redis failed a moment ago");
  const bool kept = redis_.has_value();
  Result<Value> answer = co_await ask(command);
  // A connection that was kept may have ended with a Redis that has been started anew.
  if (!answer && kept && !redis_) answer = co_await ask(std::move(command));
  if (!answer) not_before_ = loop_.now() + kPause;
  note(answer.has_value(), answer ? "" : answer.error().to_string());
  co_return answer;
}

io::Task<Result<Value>> SlotCache::ask(net::RedisConnection::Command command) {
  const io::Deadline deadline = loop_.in(patience_);
  if (!redis_) {
    CO_TRY(net::RedisConnection redis,
           co_await net::RedisConnection::connect(loop_, at_, deadline));
    redis_ = std::move(redis);
  }
  Result<Value> answer = co_await redis_->command(std::move(command), deadline);
  if (!redis_->usable()) redis_.reset();
  co_return answer;
}

void SlotCache::note(bool works, const std::string& error) {
  if (works == works_) return;
  works_ = works;
  if (works)
    log(Level::info, "Redis works again");
  else
    log(Level::warning, "Redis does not work, going on without", base::Map{{"error", error}});
}

}  // namespace peregrine::booking
