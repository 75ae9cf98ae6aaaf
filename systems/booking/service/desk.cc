#include "booking/service/desk.h"

#include <algorithm>

#include "booking/service/counters.h"
#include "booking/service/log.h"
#include "booking/service/mailer.h"
#include "booking/service/record.h"

namespace peregrine::booking {
namespace {

using base::Result;

void log_ending(App& app, const WaitingCall& call, const Ending& ending, base::Duration took) {
  base::MapBuilder line(call.context());
  const auto* none = std::get_if<NotScheduled>(&ending);
  const std::string status = none ? none->status : "completed";
  line.set("status", status).set("took_ms", base::to_seconds(took) * 1000);
  if (none && !none->reason.empty()) line.set("reason", none->reason);
  if (const auto* scheduled = std::get_if<Scheduled>(&ending)) {
    line.set("appointment_id", std::stoll(scheduled->hold.appointment));
    line.set("starts_at", scheduled->hold.starts_at);
  }
  app.counters.count("calls", status);
  const Level level = !none                      ? Level::info
                      : none->status == "failed" ? Level::error
                                                 : Level::warning;
  log(level, "call dealt with", line.build());
}

}  // namespace

Desk::Desk(App& app) : app_(app), came_(app.loop), clerks_(app.loop) {
  for (size_t i = 0; i < kClerks; ++i) clerks_.spawn(work());
}

void Desk::take(Id call) {
  if (kept_.size() < kMostKept)
    kept_.push_back(std::move(call));
  else
    behind_ = true;
  came_.notify_one();
}

io::Task<void> Desk::work() {
  for (;;) {
    const Result<std::optional<Id>> call = co_await next();
    if (!call && call.error().code == base::Code::cancelled) co_return;
    Result<> done;
    if (!call)
      done = std::unexpected(call.error());
    else if (*call)
      done = co_await deal_with(**call);
    if (call && *call) busy_.erase(**call);
    if (done) continue;
    log(Level::error, "a call could not be dealt with, trying again",
        base::Map{{"call", call && *call ? base::Value(**call) : base::Value()},
                  {"error", done.error().to_string()}});
    if (!co_await app_.loop.sleep(kPause)) co_return;
    behind_ = true;
    came_.notify_one();
  }
}

// A call to deal with; nothing when another clerk was quicker.
io::Task<Result<std::optional<Id>>> Desk::next() {
  if (kept_.empty() && behind_ && !filling_) {
    filling_ = true;
    const Result<> filled = co_await fill();
    filling_ = false;
    if (!filled) {
      behind_ = true;
      co_return std::unexpected(filled.error());
    }
  }
  if (kept_.empty()) CO_TRY_OK(co_await came_.wait(io::Deadline::never()));
  if (kept_.empty()) co_return std::nullopt;
  Id call = std::move(kept_.front());
  kept_.pop_front();
  if (!busy_.insert(call).second) co_return std::nullopt;
  co_return call;
}

io::Task<Result<>> Desk::fill() {
  behind_ = false;
  const io::Deadline deadline = app_.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await app_.pool.acquire(deadline));
  CO_TRY(std::vector<Id> waiting, co_await waiting_calls(*db, kMostKept, deadline));
  behind_ = behind_ || waiting.size() == kMostKept;
  for (Id& call : waiting) {
    if (busy_.contains(call) || std::ranges::find(kept_, call) != kept_.end()) continue;
    kept_.push_back(std::move(call));
    came_.notify_one();
  }
  co_return Result<>{};
}

io::Task<Result<>> Desk::deal_with(Id call) {
  const base::Instant begun = base::monotonic_now();
  std::optional<WaitingCall> waiting;
  {
    const io::Deadline deadline = app_.deadline();
    CO_TRY(net::PostgresPool::Lease db, co_await app_.pool.acquire(deadline));
    CO_TRY(waiting, co_await claim_call(*db, std::move(call), deadline));
  }
  if (!waiting) co_return Result<>{};
  Ending ending = NotScheduled{.status = "failed", .reason = "too many attempts"};
  if (waiting->attempts <= kMostAttempts) {
    CO_TRY(ending, co_await arrange(app_, *waiting));
  }
  const base::Duration took = base::monotonic_now() - begun;
  CO_TRY_OK(co_await record(app_, *waiting, ending, took));
  log_ending(app_, *waiting, ending, took);
  if (app_.mailer) app_.mailer->wake();
  co_return Result<>{};
}

}  // namespace peregrine::booking
