// The processes of a running system: what it tells of itself while it is measured, programs that it
// executes, and who computes.
#include <algorithm>

#include "base/check.h"
#include "io/process_tree.h"
#include "system/running_system.h"

namespace peregrine::system {

using base::Result;

namespace {

// A program, in the list of those that run as long as this is there.
struct Listed {
  explicit Listed(std::list<pid_t>& its_list) : list(its_list), at(list.insert(list.end(), 0)) {}
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;
  ~Listed() { list.erase(at); }

  std::list<pid_t>& list;
  const std::list<pid_t>::iterator at;
};

}  // namespace

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

io::Task<Result<ProgramResult>> RunningSystem::execute(io::Command command, std::string input,
                                                       io::Deadline deadline) {
  clock_.give_to(command.env);
  const Listed listed(executed_);
  co_return co_await run_external_program(*reaper_, directory_.path(), std::move(command),
                                          std::move(input), deadline,
                                          [&listed](pid_t pid) { *listed.at = pid; });
}

io::Task<Result<std::shared_ptr<Browser>>> RunningSystem::browser(io::Deadline deadline) {
  CO_TRY(const io::Mutex::Turn turn, co_await browser_starts_.lock(deadline));
  if (browser_ && !browser_->fallen()) co_return browser_;
  BrowserOptions options{.hosts = spec_.allowed_hosts, .zone = spec_.zone, .clock = &clock_};
  options.hosts.push_back(host_);
  for (const auto& [name, origin] : origins_) options.hosts.push_back(origin.host);
  CO_TRY(browser_,
         co_await Browser::start(loop_, *reaper_, directory_, std::move(options), deadline));
  co_return browser_;
}

bool RunningSystem::computes() const {
  return std::ranges::any_of(services_,
                             [](const auto& service) { return service.second->busy(); }) ||
         std::ranges::any_of(executed_, [](pid_t pid) {
           return pid == 0 || std::ranges::any_of(io::tree_of(pid), io::is_busy);
         });
}

}  // namespace peregrine::system
