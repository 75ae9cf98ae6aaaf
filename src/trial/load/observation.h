// What services, databases and third parties do while a load is measured: looked at when it begins
// to be measured, once a second, and when that is over.
//
// Processes are read on the loop's thread (system/resources.h says what that costs). Databases are
// asked while the load runs, by connections of Peregrine's own: one short query and one INFO a
// second, each. One that does not answer within kAnswerWithin is left out of that look.
//
// One thread: the loop's, which outlives it, as the system does.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/loop.h"
#include "io/scope.h"
#include "record/load_observed.h"
#include "system/network_meter.h"
#include "system/postgres_figures.h"
#include "system/redis_figures.h"
#include "system/resources.h"
#include "system/running_system.h"
#include "trial/load/process_series.h"
#include "trial/load/thresholds.h"

namespace peregrine::trial {

class Observation final : public Observed {
 public:
  static constexpr base::Duration kEvery = std::chrono::seconds(1);
  static constexpr base::Duration kAnswerWithin = std::chrono::seconds(2);

  Observation(io::Loop& loop, system::RunningSystem& system);
  ~Observation() override;

  // Looks from then until then, or until finish(). Once.
  void start(base::Instant from, base::Instant until);
  // Ends it with a last look, or waits until that is over. Nothing is told of a load that ends
  // before it was to be measured.
  io::Task<void> finish();
  record::LoadObserved tell() const;
  // What is known while it goes on: of PostgreSQL's counters nothing, of processes the last point.
  record::LoadObserved tell_now() const;

  // Of a service: ProcessSeries::figure(). Of `sql` and
  // `redis`: of all databases of that kind together, since the load began to be measured.
  std::optional<double> figure(std::string_view on, std::string_view what) const override;

 private:
  class Postgres;
  class Redis;
  struct Provider {
    std::string name;
    system::ProviderTraffic before;
    record::LoadObserved::Provider told;
  };

  io::Task<void> watch(base::Instant from, base::Instant until);
  io::Task<void> begin();
  io::Task<void> look();
  io::Task<void> end();
  io::Task<void> look_at_processes();
  void tell_provider(Provider& provider) const;
  record::LoadObserved::NetworkGaps gaps() const;
  std::optional<double> figure_of_sql(std::string_view what) const;
  std::optional<double> figure_of_redis(std::string_view what) const;

  io::Loop& loop_;
  system::RunningSystem& system_;
  base::Instant began_{};
  bool has_begun_ = false;
  bool is_ending_ = false;
  bool is_over_ = false;
  std::optional<system::ResourceSampler> sampler_;
  std::unique_ptr<system::NetworkMeter> network_;
  std::vector<ProcessSeries> processes_;
  std::vector<std::unique_ptr<Postgres>> postgres_;
  std::vector<std::unique_ptr<Redis>> redis_;
  std::vector<Provider> providers_;
  io::Scope scope_;  // ends before what it looks into
};

}  // namespace peregrine::trial
