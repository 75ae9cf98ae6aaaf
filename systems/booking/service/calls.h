// Calls as the database keeps them.
#pragma once

#include <optional>
#include <string>

#include "booking/service/call_report.h"
#include "net/postgres.h"

namespace peregrine::booking {

using Id = std::string;  // of a row: a number in text, as PostgreSQL takes and gives it

// Stores the call with the status `received`. Nothing if it had been stored before: Retell repeats
// a webhook until it is answered.
io::Task<base::Result<std::optional<Id>>> store_call(net::PostgresConnection& db,
                                                     const ReportedCall& call,
                                                     io::Deadline deadline);

// The first cell of the first row, if there is one.
std::optional<Id> first_cell(const net::Rows& rows);

}  // namespace peregrine::booking
