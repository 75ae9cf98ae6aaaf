// GET /api/customers/{id}: a customer, with all appointments.
#pragma once

#include "booking/service/app.h"

namespace peregrine::booking {

// 404 for an id that nobody has.
io::Task<wire::Response> customer_file(App& app, std::string id);

}  // namespace peregrine::booking
