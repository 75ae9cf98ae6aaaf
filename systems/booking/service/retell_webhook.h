// POST /webhooks/retell: Retell reports what happens to calls.
#pragma once

#include "booking/service/app.h"

namespace peregrine::booking {

// 401 without Retell's signature. 500 when the database fails, so that Retell repeats the report.
// Everything else is 204, also what cannot be used: a repetition would not make it better.
io::Task<wire::Response> retell_webhook(App& app, const wire::Request& request);

}  // namespace peregrine::booking
