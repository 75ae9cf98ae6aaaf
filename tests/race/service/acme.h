// A client of the third party `acme` (providers/acme.yaml), which charges money and sends messages.
//
// One thread: the loop's, which outlives it.
#pragma once

#include <string>

#include "base/value.h"
#include "net/http_client.h"

namespace peregrine::racing {

class Acme {
 public:
  // Fails with Code::invalid for what is no URL.
  static base::Result<std::unique_ptr<Acme>> create(io::Loop& loop, const std::string& url,
                                                    std::string key);

  // POST of this JSON; the answer's JSON. With an idempotency key the same is done once, however
  // often it is asked. Fails with Code::refused unless the answer is 2xx.
  io::Task<base::Result<base::Value>> post(std::string path, base::Map json,
                                           std::string idempotency_key = "");

 private:
  Acme(io::Loop& loop, net::Origin origin, std::string key)
      : loop_(loop), origin_(std::move(origin)), key_(std::move(key)), client_(loop) {}

  io::Loop& loop_;
  net::Origin origin_;
  std::string key_;
  net::HttpClient client_;
};

}  // namespace peregrine::racing
