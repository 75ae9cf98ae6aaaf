// Transactions that PostgreSQL ends because another could not go on otherwise.
#pragma once

#include "net/postgres.h"

namespace peregrine::booking {

// Whether the last statement was refused for another transaction's sake (SQLSTATE 40P01, a
// deadlock, or 40001): nothing of the transaction has happened, and it may go well the next time.
bool lost_to_another(const net::PostgresConnection& db);

}  // namespace peregrine::booking
