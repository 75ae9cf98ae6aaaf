// Statements that no request has caused: every HEARTBEAT_MS the service writes that it is alive;
// with HEARTBEAT=transaction in a transaction, on a connection of its own.
//
// One thread: the loop's. The task is among the service's `later`.
#pragma once

#include "race/service/service.h"

namespace peregrine::racing {

// Nothing where HEARTBEAT_MS is not set. Fails with Code::invalid for what is no such number.
base::Result<> begin_heartbeat(Service& service);

}  // namespace peregrine::racing
