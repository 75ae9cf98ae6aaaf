// What the service reads of rows.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "net/postgres.h"

namespace peregrine::booking {

using Id = std::string;  // of a row: a number in text, as PostgreSQL takes and gives it

// The first cell of the first row, if there is one.
std::optional<Id> first_cell(const net::Rows& rows);

// What `extract(epoch from …)::bigint` gives. REQUIRES: it is that.
base::WallTime instant_of_epoch(const std::string& seconds);

}  // namespace peregrine::booking
