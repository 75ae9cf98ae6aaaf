// What the service's parts share. One per process; outlives every request and every call.
#pragma once

#include <string>

#include "base/value.h"
#include "net/postgres_pool.h"
#include "wire/http_message.h"

namespace peregrine::booking {

class Calcom;
class Counters;
class Mailer;
class SlotCache;

struct App {
  io::Loop& loop;
  net::PostgresPool& pool;
  Counters& counters;
  std::string retell_secret;
  base::Duration patience;  // with the database
  // Null: the service does without.
  Calcom* calcom = nullptr;
  SlotCache* cache = nullptr;
  Mailer* mailer = nullptr;

  // By when a request should have its answer.
  io::Deadline deadline() const { return loop.in(patience); }
};

wire::Response json_response(int status, const base::Value& body);
// The answer to what could not be done; the reason goes to the log alone.
wire::Response failed(std::string_view what, const base::Error& error, base::Map context = {});

}  // namespace peregrine::booking
