// How a system's databases start.
#include <fmt/core.h>

#include <map>

#include "io/certificate.h"
#include "io/scope.h"
#include "io/tls.h"
#include "system/prepare.h"
#include "system/running_system.h"

namespace peregrine::system {

using base::Result;

namespace {

using Kind = lang::DatabaseSpec::Kind;

constexpr uint16_t kPostgresPort = 5432;
constexpr uint16_t kRedisPort = 6379;

// For services that want their database encrypted; nobody is asked to trust it.
Result<io::TlsIdentity> identity_of_databases(const std::string& host) {
  TRY(const auto authority, io::CertificateAuthority::make("Peregrine"));
  return authority.issue({host});
}

}  // namespace

io::Task<Result<>> RunningSystem::start_databases(io::Deadline deadline) {
  CO_TRY(const io::TlsIdentity identity, identity_of_databases(host_));
  CO_TRY(const auto tls, io::TlsContext::for_server({.identities = {identity}}));
  // A second database of one kind listens beside the first.
  std::map<Kind, uint16_t> next_port{{Kind::postgres, kPostgresPort}, {Kind::redis, kRedisPort}};
  std::optional<base::Error> first;
  io::Scope scope(loop_);
  for (const lang::DatabaseSpec& spec : spec_.databases) {
    const RunningDatabase::Surroundings surroundings{loop_,
                                                     *reaper_,
                                                     directory_,
                                                     clock_,
                                                     timeline_,
                                                     crossing_,
                                                     tls,
                                                     observe_,
                                                     count_statements_,
                                                     ordered_,
                                                     direct_ ? &identity : nullptr};
    scope.spawn(
        start_database(surroundings, spec, {host_, next_port[spec.kind]++, ""}, deadline, first));
  }
  CO_TRY_OK(co_await scope.join(io::Deadline::never()));
  if (first) co_return std::unexpected(*first);
  co_return co_await prepare_databases(deadline);
}

io::Task<void> RunningSystem::start_database(RunningDatabase::Surroundings surroundings,
                                             const lang::DatabaseSpec& spec, io::Address at,
                                             io::Deadline deadline,
                                             std::optional<base::Error>& first) {
  auto database = co_await RunningDatabase::start(surroundings, spec, std::move(at), deadline);
  if (!database) {
    const std::string what = fmt::format("the database `{}` could not be made", spec.name);
    if (!first) first = base::because(database.error(), what).error();
    co_return;
  }
  wiring_.place(spec, (*database)->where());
  databases_.emplace(spec.name, *std::move(database));
}

io::Task<Result<>> RunningSystem::prepare_databases(io::Deadline deadline) {
  for (const lang::DatabaseSpec& spec : spec_.databases) {
    if (!spec.prepare) continue;
    Result<io::Command> command = wiring_.command_of(spec);
    Result<> prepared = command ? Result<>{} : std::unexpected(command.error());
    if (command) prepared = co_await run_prepare(*reaper_, *std::move(command), deadline);
    if (!prepared) {
      co_return base::because(prepared.error(),
                              fmt::format("the database `{}` could not be prepared", spec.name));
    }
  }
  co_return Result<>{};
}

RunningDatabase* RunningSystem::find_database(std::string_view name) const {
  const auto found = databases_.find(name);
  return found == databases_.end() ? nullptr : found->second.get();
}

}  // namespace peregrine::system
