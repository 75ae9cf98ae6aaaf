// Customers, known by their telephone number.
#pragma once

#include "booking/service/offers.h"

namespace peregrine::booking {

// The caller's row, made if this is the first call. A row that is there stays as it is.
io::Task<base::Result<Id>> find_or_create_customer(net::PostgresConnection& db, Id company,
                                                   const ReportedCall& call, const Wish& wish,
                                                   io::Deadline deadline);

}  // namespace peregrine::booking
