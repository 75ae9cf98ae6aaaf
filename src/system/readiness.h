// Waiting until a service answers.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "io/loop.h"
#include "net/http_client.h"

namespace peregrine::system {

struct Readiness {
  std::string name;    // of the service
  net::Origin origin;  // where it answers
  // Answers 2xx once the service works. None is said: any answer to `GET /` below 500 shows that
  // it listens.
  std::optional<std::string> path;
  // Why it need not be asked any more: it has ended.
  std::function<std::optional<std::string>()> fallen;
};

// Asks again and again. Fails when the service has fallen, or with Code::timeout, which says what
// came of the last request.
io::Task<base::Result<>> wait_until_ready(io::Loop& loop, Readiness service, io::Deadline deadline);

}  // namespace peregrine::system
