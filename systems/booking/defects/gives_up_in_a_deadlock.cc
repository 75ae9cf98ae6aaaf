// Defect: whoever PostgreSQL has ended for another's sake is told that the service has failed.
#include "booking/service/deadlock.h"

namespace peregrine::booking {

bool lost_to_another(const net::PostgresConnection&) { return false; }

}  // namespace peregrine::booking
