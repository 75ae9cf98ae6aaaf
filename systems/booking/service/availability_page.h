// GET /api/availability?staff=2&service=Kontrolluntersuchung&branch=1&day=2025-06-09: what Retell's
// agent offers while it speaks with a caller.
#pragma once

#include "booking/service/app.h"
#include "net/query.h"

namespace peregrine::booking {

// {"slots": ["2025-06-09T08:00:00Z", …]} of that day in UTC. 400 for a question that is none, 404
// for what nobody offers, 502 when Cal.com does not answer.
io::Task<wire::Response> availability_page(App& app, const net::Pairs& query);

}  // namespace peregrine::booking
