// From a webhook to a call that waits to be dealt with.
#pragma once

#include <string>

#include "base/value.h"
#include "booking/service/rows.h"
#include "net/postgres_pool.h"

namespace peregrine::booking {

enum class Taken {
  stored,
  repeated,  // the call had been reported before; nothing was changed
  invalid,   // nothing was stored
};

struct Intake {
  Taken taken;
  std::string reason = {};  // why it is invalid
  Id call = {};             // of what was stored
};

// Takes the body of a call_ended webhook: stores the call, and the caller as a customer, whatever
// becomes of the wish. Fails only if the database does; then nothing is stored.
io::Task<base::Result<Intake>> take_call(net::PostgresPool& pool, const base::Value& body,
                                         io::Deadline deadline);

}  // namespace peregrine::booking
