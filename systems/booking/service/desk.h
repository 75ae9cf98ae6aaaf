// Where calls are dealt with, after their webhooks have been answered.
//
// The queue is the table `calls`: those with the status `received`. What a process that was killed
// has left is taken up by the next one. Ids of calls that just came are kept here too, so that
// nobody has to ask the database whether there is something to do.
//
// One thread: the loop's. The app outlives the desk; ending the desk ends what it is doing.
#pragma once

#include <deque>
#include <set>

#include "booking/service/app.h"
#include "booking/service/rows.h"
#include "io/scope.h"

namespace peregrine::booking {

class Desk {
 public:
  static constexpr size_t kClerks = 8;  // calls that are dealt with at a time
  // More ids are not kept; when these are done the database is asked for the rest.
  static constexpr size_t kMostKept = 1000;
  // After which a call has failed: at each attempt the database failed, or the process ended.
  static constexpr int kMostAttempts = 5;
  static constexpr base::Duration kPause = std::chrono::seconds(1);  // after a failed attempt

  // Begins with what is in the table.
  explicit Desk(App& app);

  void take(Id call);

 private:
  io::Task<void> work();
  io::Task<base::Result<std::optional<Id>>> next();
  io::Task<base::Result<>> fill();
  io::Task<base::Result<>> deal_with(Id call);

  App& app_;
  std::deque<Id> kept_;
  std::set<Id> busy_;   // with these
  bool behind_ = true;  // there may be calls in the table that are not kept
  bool filling_ = false;
  io::Signal came_;
  io::Scope clerks_;  // last, so that they end first
};

}  // namespace peregrine::booking
