// What passes a boundary, as a trial sees it: operations, one after the other on each lane, and the
// director that says of each what becomes of it. No protocol has a name here, and no trial.
//
//      service ── request ──▶ [decide] ──▶ server       a lane: one connection, or one request to a
//              ◀── [decide] ◀── answer ──               third party
//
// Without a director everything passes (crossing.h).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "boundary/reach.h"

namespace peregrine::boundary {

// Both are counted from 1, over all boundaries of a system.
using OperationId = uint64_t;
using LaneId = uint64_t;

// Before the server sees the request; when it has been carried out, if it was divided, and others
// do not see that yet; before the service sees the answer.
enum class Point { request, effect, answer };

// One unit of traffic: what a service sends to PostgreSQL up to Sync or Flush, a command to Redis
// (of a transaction its EXEC), a request to a third party, a mail. Valid during the call.
struct Operation {
  OperationId id = 0;
  LaneId lane = 0;
  std::string_view boundary;  // as system.yaml names it
  std::string_view text;      // "UPDATE slots SET …", "SET a 1", "POST /v2/bookings"
  // It may read or change something. Not so: a statement that is only prepared, AUTH, MULTI.
  bool visible = true;
  // As far as its boundary knows; null: it says nothing.
  const Reach* reach = nullptr;
};

// What became of it.
struct Outcome {
  enum class How {
    answered,   // its answer went to the service, or it wanted none
    dropped,    // by the director: the request never came, or the answer
    closed,     // by the director: its connection was
    abandoned,  // the service, or the server, went away before
    cancelled,  // the service cancelled it while it was held, before the server saw it
  } how = How::answered;
  bool failed = false;         // the answer said no
  std::string_view text = {};  // "INSERT 0 1", "ERROR 23505: …"; empty where none came
};

struct Verdict {
  enum class Act {
    pass,
    hold,   // until Crossing::release()
    delay,  // for `after`, then it passes
    drop,   // it is lost, and so is all that follows this way; the connection stays open
    close,  // the connection is closed instead
  } act = Act::pass;
  base::Duration after{};
  // Of a request that passes and is divisible: it is carried out, and seen by others when the
  // director lets that pass at Point::effect.
  bool divided = false;
};

class Director {
 public:
  Director() = default;
  Director(const Director&) = delete;
  Director& operator=(const Director&) = delete;
  virtual ~Director() = default;
  // Called on the loop's thread at each point of each operation; must not wait.
  virtual Verdict decide(Point point, const Operation& operation) = 0;
  // Comes once for each operation whose request was decided.
  virtual void settled(const Operation&, const Outcome&) {}
};

}  // namespace peregrine::boundary
