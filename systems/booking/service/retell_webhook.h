// POST /webhooks/retell: Retell reports what happens to calls.
#pragma once

#include "booking/service/app.h"
#include "booking/service/desk.h"

namespace peregrine::booking {

// 401 without Retell's signature. 500 when the database fails, so that Retell repeats the report.
// Everything else is 204, also what cannot be used: a repetition would not make it better. A call
// that is stored is dealt with at the desk, behind the answer.
io::Task<wire::Response> retell_webhook(App& app, Desk& desk, const wire::Request& request);

}  // namespace peregrine::booking
