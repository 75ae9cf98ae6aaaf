// An operation at a boundary whose server is Peregrine itself: a request to a third party, a mail,
// a move of the clock. It is a lane of its own.
//
//   Visit visit(crossing, "calcom", [&] { return std::string("POST /v2/bookings"); });
//   CO_TRY(const Verdict::Act act, co_await visit.at(Point::request));
//
// One thread: the loop's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "boundary/crossing.h"

namespace peregrine::boundary {

class Visit {
 public:
  // A null crossing is one that nobody directs. Both outlive the visit. `text` gives the
  // operation's; it is not called where nobody directs. What it reaches outlives the visit, too, if
  // that is known.
  template <class Text>
  Visit(Crossing* crossing, std::string_view boundary, const Text& text,
        const Reach* reach = nullptr)
      : crossing_(crossing), boundary_(boundary), reach_(reach) {
    if (!crossing_ || !crossing_->directed()) return;
    text_ = text();
    id_ = crossing_->next_operation();
    lane_ = crossing_->next_lane();
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  // One that is not over by then has been abandoned.
  ~Visit();

  // Whether there is anybody to ask.
  bool directed() const { return id_ != 0; }
  // Asks the director and waits as it says; what is left to be done: pass, drop or close, of which
  // the last two end the visit. Fails when cancelled.
  io::Task<base::Result<Verdict::Act>> at(Point point);
  // The answer goes to the service.
  void answered(bool failed, std::string_view text);

 private:
  Operation operation() const { return {id_, lane_, boundary_, text_, true, reach_}; }
  void settle(const Outcome& outcome);

  Crossing* crossing_;
  std::string_view boundary_;
  const Reach* reach_;
  std::string text_;
  OperationId id_ = 0;  // 0: nobody was asked, or it is over
  LaneId lane_ = 0;
};

}  // namespace peregrine::boundary
