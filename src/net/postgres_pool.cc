#include "net/postgres_pool.h"

#include <utility>

#include "base/check.h"

namespace peregrine::net {

using base::Result;
using io::Deadline;
using io::Task;

PostgresPool::PostgresPool(io::Loop& loop, std::string url, size_t size)
    : loop_(loop), url_(std::move(url)), size_(size), returned_(loop) {
  base::check(size > 0, "a pool of no connections");
}

PostgresPool::~PostgresPool() { base::check(lent_ == 0, "a pool ends before its leases"); }

// A place in the queue. Whoever leaves it, served or not, hands a wake-up on that may have been
// meant for somebody behind.
class PostgresPool::Turn {
 public:
  explicit Turn(PostgresPool& pool) : pool_(pool) { ++pool_.waiting_; }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    --pool_.waiting_;
    if (pool_.free()) pool_.returned_.notify_one();
  }

 private:
  PostgresPool& pool_;
};

Task<Result<PostgresPool::Lease>> PostgresPool::acquire(Deadline deadline) {
  std::optional<Lease> lease;
  if (waiting_ > 0 || !free()) {
    const Turn turn(*this);
    do {
      CO_TRY_OK(co_await returned_.wait(deadline));
    } while (!free());
    lease.emplace(Lease(*this));
  } else {
    lease.emplace(Lease(*this));
  }
  while (!idle_.empty() && !lease->connection_) {
    PostgresConnection kept = std::move(idle_.back());
    idle_.pop_back();
    if (kept.usable()) lease->connection_ = std::move(kept);
  }
  if (!lease->connection_) {
    CO_TRY(lease->connection_, co_await PostgresConnection::connect(loop_, url_, deadline));
  }
  co_return *std::move(lease);
}

PostgresPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}

PostgresPool::Lease::~Lease() {
  if (!pool_) return;
  if (connection_ && connection_->usable() && !connection_->in_transaction()) {
    pool_->idle_.push_back(*std::move(connection_));
  }
  --pool_->lent_;
  pool_->returned_.notify_one();
}

}  // namespace peregrine::net
