#include "trial/begin.h"

#include <utility>

namespace peregrine::trial {

using record::Party;

record::RunResult begin_result(std::string trial, const lang::Project& project, uint64_t seed,
                               std::string repeat) {
  record::RunResult result;
  result.trial = std::move(trial);
  result.system = project.system.name;
  result.seed = seed;
  result.started = base::wall_now();
  result.repeat = std::move(repeat);
  for (const lang::ServiceSpec& service : project.system.services) {
    result.parties.push_back({service.name, Party::Kind::service});
  }
  for (const lang::DatabaseSpec& database : project.system.databases) {
    result.parties.push_back({database.name, Party::Kind::database});
  }
  for (const lang::ProviderUse& provider : project.system.providers) {
    result.parties.push_back({provider.name, Party::Kind::provider});
  }
  if (project.system.mail) result.parties.push_back({"mail", Party::Kind::provider});
  return result;
}

}  // namespace peregrine::trial
