// What the service is told when it is started.
#pragma once

#include <string>

#include "base/result.h"
#include "io/socket.h"

namespace peregrine::booking {

struct Settings {
  io::Address listen;
  std::string database_url;
  std::string retell_secret;
};

// From the command line (--host, --port) and the environment (DATABASE_URL, RETELL_SECRET).
base::Result<Settings> read_settings(int argc, char** argv);

}  // namespace peregrine::booking
