// What the service is told when it is started.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "io/socket.h"

namespace peregrine::booking {

struct CalcomSettings {
  std::string url;
  std::string key;
  base::Duration timeout = std::chrono::seconds(5);  // of one attempt
};

struct Settings {
  io::Address listen;
  std::string database_url;
  std::string retell_secret;
  // Parts that the service does without when it is not told of them.
  std::optional<CalcomSettings> calcom;
  std::optional<std::string> redis_url;
  std::optional<std::string> smtp_url;
};

// From the command line (--host, --port) and the environment: DATABASE_URL and RETELL_SECRET;
// CALCOM_URL with CALCOM_KEY, and CALCOM_TIMEOUT_MS; REDIS_URL; SMTP_URL.
base::Result<Settings> read_settings(int argc, char** argv);

}  // namespace peregrine::booking
