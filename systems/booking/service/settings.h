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
  base::Duration database_timeout = std::chrono::seconds(5);  // of one request, or a step of a call
  std::string retell_secret;
  // Parts that the service does without when it is not told of them.
  std::optional<CalcomSettings> calcom;
  std::optional<std::string> redis_url;
  base::Duration redis_timeout = std::chrono::milliseconds(200);
  std::optional<std::string> smtp_url;
};

// From the command line (--host, --port) and the environment: DATABASE_URL, DATABASE_TIMEOUT_MS and
// RETELL_SECRET; CALCOM_URL with CALCOM_KEY, and CALCOM_TIMEOUT_MS; REDIS_URL, REDIS_TIMEOUT_MS;
// SMTP_URL.
base::Result<Settings> read_settings(int argc, char** argv);

}  // namespace peregrine::booking
