#include "booking/service/booking.h"

#include "booking/service/availability.h"
#include "booking/service/calcom.h"
#include "booking/service/slot_cache.h"

namespace peregrine::booking {
namespace {

using base::Result;
using base::WallTime;
using MaybeHold = std::optional<Hold>;

const NotScheduled kConflict{.status = "booking_conflict"};

io::Task<Result<MaybeHold>> hold(App& app, const WaitingCall& call, WallTime starts_at) {
  const io::Deadline deadline = app.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await app.pool.acquire(deadline));
  co_return co_await hold_slot(*db, call, starts_at, deadline);
}

io::Task<Result<MaybeHold>> hold_of_before(App& app, const WaitingCall& call) {
  const io::Deadline deadline = app.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await app.pool.acquire(deadline));
  co_return co_await find_hold(*db, call, deadline);
}

io::Task<Result<>> release(App& app, const WaitingCall& call) {
  const io::Deadline deadline = app.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await app.pool.acquire(deadline));
  co_return co_await release_hold(*db, call, deadline);
}

// A slot that is held is booked at Cal.com, or let go.
io::Task<Result<Ending>> book(App& app, const WaitingCall& call, Hold hold) {
  if (!app.calcom) co_return Scheduled{.hold = hold, .booking = std::nullopt};
  CO_TRY(Booked booked, co_await app.calcom->book(call, hold.starts_at));
  // Taken or booked: either way what is known of the free slots is no longer true.
  if (app.cache) co_await app.cache->forget(call.staff);
  if (auto* booking = std::get_if<CalcomBooking>(&booked))
    co_return Scheduled{.hold = hold, .booking = std::move(*booking)};
  CO_TRY_OK(co_await release(app, call));
  const Refusal& refusal = std::get<Refusal>(booked);
  if (refusal.taken) co_return kConflict;
  co_return NotScheduled{.status = "failed", .reason = refusal.reason};
}

io::Task<Result<Ending>> book_first(App& app, const WaitingCall& call,
                                    std::vector<WallTime> slots) {
  if (slots.size() > kMostTries) slots.resize(kMostTries);
  for (const WallTime slot : slots) {
    CO_TRY(MaybeHold held, co_await hold(app, call, slot));
    if (!held) continue;
    CO_TRY(Ending ending, co_await book(app, call, *std::move(held)));
    const auto* refused = std::get_if<NotScheduled>(&ending);
    if (!refused || refused->status != kConflict.status) co_return ending;
  }
  co_return kConflict;
}

}  // namespace

io::Task<Result<Ending>> arrange(App& app, const WaitingCall& call) {
  if (call.attempts > 1) {
    CO_TRY(MaybeHold held, co_await hold_of_before(app, call));
    if (held) co_return co_await book(app, call, *std::move(held));
  }
  const WallTime from = call.wanted_at.value_or(base::wall_now());
  const WallTime to = call.wanted_at ? from + std::chrono::seconds(1) : from + kSoon;
  const Result<Availability> found = co_await availability(app, call, from, to);
  if (!found) co_return NotScheduled{.status = "failed", .reason = found.error().to_string()};
  if (!found->free.empty()) co_return co_await book_first(app, call, found->free);
  co_return found->taken&& call.wanted_at ? kConflict : NotScheduled{.status = "no_availability"};
}

}  // namespace peregrine::booking
