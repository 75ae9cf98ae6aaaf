#include "boundary/postgres_reach.h"

#include <algorithm>

namespace peregrine::boundary {

void PostgresReach::carry_out(std::string_view sql) { asked_.push_back(reader_.read(sql)); }

void PostgresReach::end(bool synced) {
  reach_.touches.clear();
  reach_.within = within_;
  reach_.snapshot = false;
  reach_.divisible = !within_ && synced && asked_.size() == 1 && asked_.front().changes_rows;
  for (const SqlSummary& one : asked_) {
    if (one.begins) {
      within_ = true;
      repeatable_ = has_snapshot_ = false;
      transaction_.clear();
    }
    repeatable_ |= within_ && one.repeatable;
    for (const Touch& touch : one.touches) {
      add_touch(reach_.touches, touch);
      if (within_) add_touch(transaction_, touch);
    }
    if (within_ && repeatable_ && !one.touches.empty() && !has_snapshot_) {
      has_snapshot_ = reach_.snapshot = true;
    }
    if (one.ends) leave(one.rolls_back);
  }
  asked_.clear();
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
