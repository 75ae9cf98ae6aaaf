// The third parties that a system uses, as Peregrine plays them: started before the services, put
// back between plays, their calls and webhooks on the timeline.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "boundary/provider.h"
#include "lang/system_spec.h"
#include "net/connector.h"
#include "record/event.h"
#include "system/clock.h"
#include "system/content_table.h"
#include "system/drawn.h"

namespace peregrine::system {

// What has passed between services and a provider since both began.
struct ProviderTraffic {
  struct Calls {
    uint64_t calls = 0;
    uint64_t failed = 0;  // no answer, or one of 400 or more
  };
  static constexpr size_t kMostRoutes = 1000;

  std::map<std::string, Calls, std::less<>> routes{};  // by title; empty: of none that it has
  Calls webhooks{};                                    // attempts
};

class RunningProviders {
 public:
  struct Options {
    std::string host;   // where they listen, each on a port of its own
    uint64_t seed = 0;  // of their ids and secrets
    boundary::Fits fits = nullptr;
    base::Value env{};
    boundary::Crossing* crossing = nullptr;  // outlives them
  };
  // Programs of routes with `exec` are run by this.
  using RunProgram = decltype(boundary::ProviderOptions::run_program);

  // `spec`, `clock` and `timeline` outlive it. Its providers go by the clock.
  RunningProviders(io::Loop& loop, const lang::SystemSpec& spec, Clock& clock,
                   record::Timeline& timeline);
  ~RunningProviders();

  base::Result<> open_all(const Options& options, const RunProgram& run_program);
  // Where its `webhook` is, once it is known.
  void set_webhook(const lang::ProviderUse& use, const net::Origin& origin);

  // Null if the system has none of this name.
  boundary::Provider* find(std::string_view name) const;

  // Counted without a look into the calls that are kept. Null as above; valid as long as this.
  const ProviderTraffic* traffic(std::string_view name) const;

  // Waits until no webhook is on its way, and remembers what there is now.
  io::Task<base::Result<>> take_snapshots(io::Deadline deadline);
  // Puts back what was remembered, once no webhook is on its way; one that would be posted later
  // than a moment from now is dropped.
  io::Task<base::Result<>> reset(io::Deadline deadline);

  // ---- For who compares plays (the trial `race`), all since the snapshot

  // All that they draw until the next reset is other than it would be.
  void change_luck();
  // Tells the ids of objects that were made.
  void add_drawn(Drawn& drawn) const;
  // Objects, by resource; webhooks; and calls of routes that change something elsewhere: they have
  // no effects here, were answered 2xx and are none that read.
  std::vector<ContentTable> contents(const Drawn& drawn) const;

 private:
  class Watch;
  struct Running {
    std::unique_ptr<Watch> watch;
    std::unique_ptr<boundary::Provider> provider;
    std::shared_ptr<const boundary::Provider::Snapshot> snapshot;
    std::set<std::string, std::less<>> ids{};  // of objects there were then
  };

  io::Loop& loop_;
  const lang::SystemSpec& spec_;
  Clock& clock_;
  record::Timeline& timeline_;
  std::map<std::string, Running, std::less<>> running_;
};

}  // namespace peregrine::system
