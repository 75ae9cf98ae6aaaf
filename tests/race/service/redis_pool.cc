#include "race/service/redis_pool.h"

#include <charconv>

namespace peregrine::racing {

using base::Result;
using base::Value;

RedisPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      deadline_(other.deadline_),
      connection_(std::exchange(other.connection_, std::nullopt)) {}

RedisPool::Lease::~Lease() {
  if (!pool_) return;
  --pool_->lent_;
  if (connection_ && connection_->usable()) pool_->idle_.push_back(*std::move(connection_));
  pool_->returned_.notify_one();
}

io::Task<Result<RedisPool::Lease>> RedisPool::acquire() {
  const io::Deadline deadline = loop_.in(std::chrono::seconds(5));
  while (lent_ >= size_) CO_TRY_OK(co_await returned_.wait(deadline));
  Lease lease(*this, deadline);
  if (idle_.empty()) {
    CO_TRY(lease.connection_, co_await net::RedisConnection::connect(loop_, to_, deadline));
  } else {
    lease.connection_ = std::move(idle_.back());
    idle_.pop_back();
  }
  co_return lease;
}

io::Task<Result<Value>> RedisPool::ask(Command command) {
  CO_TRY(Lease redis, co_await acquire());
  co_return co_await redis.ask(std::move(command));
}

int64_t number_of(const Value& reply) {
  if (reply.kind() == base::Kind::int64) return reply.as_int();
  int64_t out = 0;
  if (reply.is_text())
    std::from_chars(reply.as_text().data(), reply.as_text().data() + reply.as_text().size(), out);
  return out;
}

}  // namespace peregrine::racing
