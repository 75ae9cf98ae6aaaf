// A bounded set of PostgreSQL connections for a service: made when first needed, kept, lent out.
//
//   CO_TRY(PostgresPool::Lease db, co_await pool.acquire(deadline));
//   CO_TRY_OK(co_await db->begin(deadline));
//   …
//   CO_TRY_OK(co_await db->commit(deadline));
//
// A lease that ends inside a transaction, or whose connection is lost, closes the connection (and
// PostgreSQL rolls back); the next one is made afresh. Waiters are served in order.
//
// One thread: the loop's, which outlives the pool.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "net/postgres.h"

namespace peregrine::net {

class PostgresPool {
 public:
  // REQUIRES: size > 0; all leases end before the pool does.
  PostgresPool(io::Loop& loop, std::string url, size_t size);
  PostgresPool(const PostgresPool&) = delete;
  PostgresPool& operator=(const PostgresPool&) = delete;
  ~PostgresPool();

  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) = delete;
    ~Lease();
    PostgresConnection& operator*() { return *connection_; }
    PostgresConnection* operator->() { return &*connection_; }

   private:
    friend class PostgresPool;
    explicit Lease(PostgresPool& pool) : pool_(&pool) { ++pool.lent_; }

    PostgresPool* pool_;
    std::optional<PostgresConnection> connection_;
  };

  // A connection, once one is free. Fails with Code::timeout when none becomes free by then, and as
  // PostgresConnection::connect() does where one has to be made.
  io::Task<base::Result<Lease>> acquire(io::Deadline deadline);

 private:
  class Turn;
  bool free() const { return lent_ < size_; }

  io::Loop& loop_;
  std::string url_;
  size_t size_;
  size_t lent_ = 0;
  size_t waiting_ = 0;
  std::vector<PostgresConnection> idle_;
  io::Signal returned_;
};

}  // namespace peregrine::net
