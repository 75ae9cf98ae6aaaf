// From a reported call to an appointment.
#pragma once

#include <string>

#include "base/value.h"
#include "net/postgres_pool.h"

namespace peregrine::booking {

enum class Outcome {
  scheduled,
  conflict,  // the slot is taken: the call and the customer are stored for a call back
  repeated,  // the call had been reported before; nothing was changed
  invalid,   // nothing was stored
};

struct Intake {
  Outcome outcome;
  std::string reason = {};  // why it is invalid
};

// Takes the body of a call_ended webhook. Fails only if the database does; then nothing is stored.
io::Task<base::Result<Intake>> take_call(net::PostgresPool& pool, const base::Value& body,
                                         io::Deadline deadline);

}  // namespace peregrine::booking
