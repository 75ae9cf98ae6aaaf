// The service that the trial `race` is tried on: what its handlers share, and how they answer.
//
// One thread: the loop's. One Service per process; it outlives every request.
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"
#include "booking/service/smtp_client.h"
#include "io/mutex.h"
#include "io/scope.h"
#include "net/postgres_pool.h"
#include "race/service/acme.h"
#include "race/service/asked.h"
#include "race/service/redis_pool.h"

namespace peregrine::racing {

struct Service {
  io::Loop& loop;
  net::PostgresPool& pool;
  RedisPool& redis;
  Acme& acme;
  io::Mutex& one_at_a_time;  // for what is protected inside the process
  io::Scope& later;          // what goes on after a request was answered
  const booking::SmtpServer& mail;

  // By when a request should have its answer.
  io::Deadline deadline() const { return loop.in(std::chrono::seconds(5)); }
  io::Task<base::Result<>> send_mail(std::string to, std::string subject);
};

// An error is answered with 500; its reason goes to the log alone.
using Answer = base::Result<wire::Response>;
using Handling = io::Task<Answer>;
using Handler = Handling (*)(Service&, const Asked&);

wire::Response json_response(int status, const base::Value& body);
inline wire::Response created(base::Map body = {}) { return json_response(201, std::move(body)); }
inline wire::Response accepted() { return json_response(202, base::Map{}); }
inline wire::Response fine(base::Map body = {}) { return json_response(200, std::move(body)); }
// 409: the other proper outcome.
inline wire::Response conflict(std::string_view why) {
  return json_response(409, base::Map{{"error", why}});
}

}  // namespace peregrine::racing
