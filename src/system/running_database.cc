#include "system/running_database.h"

#include "system/running_postgres.h"
#include "system/running_redis.h"

namespace peregrine::system {

using base::Result;
using Started = Result<std::unique_ptr<RunningDatabase>>;

io::Task<Started> RunningDatabase::start(Surroundings surroundings, const lang::DatabaseSpec& spec,
                                         io::Address at, io::Deadline deadline) {
  switch (spec.kind) {
    case lang::DatabaseSpec::Kind::postgres:
      co_return co_await RunningPostgres::start(surroundings, spec, std::move(at), deadline);
    case lang::DatabaseSpec::Kind::redis:
      co_return co_await RunningRedis::start(surroundings, spec, std::move(at), deadline);
  }
  std::unreachable();
}

}  // namespace peregrine::system
