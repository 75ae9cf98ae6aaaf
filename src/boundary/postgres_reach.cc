#include "boundary/postgres_reach.h"

#include <algorithm>

namespace peregrine::boundary {

void PostgresReach::carry_out(std::string_view sql) { asked_.push_back(reader_.read(sql)); }

void PostgresReach::end(bool synced) {
  reach_.touches.clear();
  reach_.within = within_ || unsynced_;
  reach_.snapshot = false;
  reach_.divisible = !reach_.within && synced && asked_.size() == 1 && asked_.front().changes_rows;
  for (const SqlSummary& one : asked_) {
    if (one.begins) {
      within_ = true;
      repeatable_ = has_snapshot_ = false;
      transaction_.clear();
    }
    repeatable_ |= within_ && one.repeatable;
    touch(one, within_ || unsynced_ || !synced);
    if (one.fetches) touch_locked();
    if (within_ && repeatable_ && !one.touches.empty() && !has_snapshot_) {
      has_snapshot_ = reach_.snapshot = true;
    }
    if (one.ends) leave(one.rolls_back);
  }
  if (!within_ && synced && unsynced_) leave(false);
  unsynced_ = !within_ && !synced && (unsynced_ || !asked_.empty());
  asked_.clear();
}

// `lasts`: until its transaction ends. Who gives back advisory locks and has none does nothing:
// some pools do so with every connection that comes back.
void PostgresReach::touch(const SqlSummary& one, bool lasts) {
  for (const Touch& touch : one.touches) {
    const bool advisory = touch.what == kAdvisory;
    if (advisory && one.only_unlocks && !locks_) continue;
    locks_ |= advisory || touch.what == kAnything;
    add_touch(reach_.touches, touch);
    if (lasts) add_touch(transaction_, touch);
  }
}

// What a cursor locks it locks as its rows are fetched.
void PostgresReach::touch_locked() {
  for (const Touch& touch : transaction_) {
    if (touch.how == (Touch::kReads | Touch::kLocks)) add_touch(reach_.touches, touch);
  }
}

// What was changed is seen by others now; what was locked is free.
void PostgresReach::leave(bool rolls_back) {
  for (const Touch& touch : transaction_) {
    if ((touch.how & (Touch::kWrites | Touch::kLocks)) == 0) continue;
    add_touch(reach_.touches, {touch.what, rolls_back ? Touch::kLocks : Touch::kWrites});
  }
  transaction_.clear();
  within_ = repeatable_ = has_snapshot_ = false;
}

}  // namespace peregrine::boundary
