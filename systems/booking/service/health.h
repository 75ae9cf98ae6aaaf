// GET /health: may the service be used?
#pragma once

#include "booking/service/app.h"

namespace peregrine::booking {

// 200 when the database answers, else 503.
io::Task<wire::Response> health(App& app);

}  // namespace peregrine::booking
