// What a running system tells of itself while it is measured.
#include "base/check.h"
#include "system/running_system.h"

namespace peregrine::system {

std::vector<RunningSystem::RunningProcess> RunningSystem::processes() const {
  std::vector<RunningProcess> all;
  for (const auto& [name, service] : services_) all.push_back({name, "service", service->pid()});
  for (const lang::DatabaseSpec& spec : spec_.databases) {
    const auto found = databases_.find(spec.name);
    if (found == databases_.end()) continue;
    const bool postgres = spec.kind == lang::DatabaseSpec::Kind::postgres;
    all.push_back({spec.name, postgres ? "postgres" : "redis", found->second->pid()});
  }
  return all;
}

const ProviderTraffic& RunningSystem::traffic(std::string_view provider) const {
  const ProviderTraffic* found = providers_.traffic(provider);
  base::check(found != nullptr, "a provider is measured that the system does not have");
  return *found;
}

}  // namespace peregrine::system
