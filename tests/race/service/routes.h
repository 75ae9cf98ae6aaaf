// Which handler a path is for. One thread: the service's, which outlives the router.
#pragma once

#include "race/service/service.h"

namespace peregrine::racing {

// POST /defective/NAME and /correct/NAME, and GET /health. A handler that needs several requests
// has a further segment: POST /defective/read_skew/report.
net::Router routes(Service& service);

// Of a path; null where there is none.
Handler find_handler(std::string_view path);

// webhooks.cc: POST /webhooks/acme
Handling acme_webhook(Service& service, const Asked& asked);

}  // namespace peregrine::racing
