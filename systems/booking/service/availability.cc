#include "booking/service/availability.h"

#include <algorithm>

#include "booking/service/calcom.h"
#include "booking/service/slot_cache.h"

namespace peregrine::booking {
namespace {

using base::Result;
using base::WallTime;
using Slots = std::vector<WallTime>;

io::Task<Result<std::vector<Slot>>> our_slots(App& app, const WaitingCall& call, WallTime from,
                                              WallTime to) {
  const io::Deadline deadline = app.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await app.pool.acquire(deadline));
  co_return co_await opening_slots(*db, call.staff, call.service, from, to, deadline);
}

// Whole days are asked for, so that the cache has them for other wishes too.
SlotSpan whole_days(const WaitingCall& call, WallTime from, WallTime to) {
  using std::chrono::days;
  return {.staff = call.staff,
          .event_type = call.event_type,
          .from = floor<days>(from),
          .to = ceil<days>(to)};
}

io::Task<Result<Slots>> calcom_slots(App& app, const WaitingCall& call, WallTime from,
                                     WallTime to) {
  const SlotSpan span = whole_days(call, from, to);
  uint64_t forgotten = 0;
  if (app.cache) {
    forgotten = app.cache->forgotten();
    if (std::optional<Slots> kept = co_await app.cache->get(span)) co_return *std::move(kept);
  }
  CO_TRY(Slots slots,
         co_await app.calcom->slots(span.event_type, span.from, span.to, call.context()));
  if (app.cache) co_await app.cache->put(span, slots, forgotten);
  co_return slots;
}

}  // namespace

io::Task<Result<Availability>> availability(App& app, const WaitingCall& call, WallTime from,
                                            WallTime to) {
  CO_TRY(const std::vector<Slot> ours, co_await our_slots(app, call, from, to));
  Availability out;
  for (const Slot& slot : ours) {
    if (slot.taken)
      out.taken = true;
    else
      out.free.push_back(slot.starts_at);
  }
  if (!app.calcom || out.free.empty()) co_return out;

  CO_TRY(const Slots theirs, co_await calcom_slots(app, call, from, to));
  const size_t offered = out.free.size();
  std::erase_if(out.free, [&](WallTime slot) { return !std::ranges::binary_search(theirs, slot); });
  if (out.free.size() == offered) co_return out;
  // What Cal.com lacks may have been booked by ourselves since we looked.
  CO_TRY(const std::vector<Slot> now, co_await our_slots(app, call, from, to));
  out.taken = out.taken || std::ranges::any_of(now, &Slot::taken);
  co_return out;
}

}  // namespace peregrine::booking
