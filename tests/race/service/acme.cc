#include "race/service/acme.h"

#include "base/json.h"

namespace peregrine::racing {

using base::Result;
using base::Value;

Result<std::unique_ptr<Acme>> Acme::create(io::Loop& loop, const std::string& url,
                                           std::string key) {
  TRY(const net::Url parsed, net::parse_url(url));
  return std::unique_ptr<Acme>(new Acme(loop, net::Origin::of(parsed), std::move(key)));
}

io::Task<Result<Value>> Acme::post(std::string path, base::Map json, std::string idempotency_key) {
  wire::Request request{.method = "POST", .target = std::move(path), .body = base::to_json(json)};
  request.headers.add("content-type", "application/json");
  request.headers.add("authorization", "Bearer " + key_);
  if (!idempotency_key.empty()) request.headers.add("idempotency-key", idempotency_key);
  CO_TRY(const wire::Response answer,
         co_await client_.send(origin_, std::move(request), loop_.in(std::chrono::seconds(5))));
  if (answer.status / 100 != 2)
    co_return base::fail(base::Code::refused, "acme answers {}: {}", answer.status, answer.body);
  co_return base::parse_json(answer.body);
}

}  // namespace peregrine::racing
