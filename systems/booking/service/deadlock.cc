#include "booking/service/deadlock.h"

namespace peregrine::booking {

bool lost_to_another(const net::PostgresConnection& db) {
  const auto& error = db.last_error();
  return error && (error->sqlstate == "40P01" || error->sqlstate == "40001");
}

}  // namespace peregrine::booking
