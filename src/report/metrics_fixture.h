// A run of a load with hostile names, for the tests of the formats of metrics.
#pragma once

#include "record/results.h"

namespace peregrine::report {

inline record::RunResult run_for_metrics() {
  using namespace std::chrono_literals;
  record::RunResult run;
  run.trial = "load";
  run.system = "shop";
  run.seed = 7;
  run.started = base::WallTime{1'700'000'000s};
  run.startup = 250ms;
  run.duration = 10s;
  record::JourneyResult journey;
  journey.name = "Buys";
  journey.duration = 9s;
  journey.steps = {{"It is there", 3, record::Verdict::passed, {}, 2, 0}};
  journey.traffic = {{record::Event::Kind::statement, "db", 50, 2}};
  run.journeys = {journey};

  record::LoadResult load;
  load.name = "Buys \"a\\b\"\nand more \xff";
  load.began = base::WallTime{1'700'000'001s};
  load.measured = 8s;
  load.users = 3;
  load.begun = 12;
  load.ended = 10;
  load.failed = 2;
  load.lost = 1;
  load.cut = 2;
  record::LoadStep step{"Buys", "He pays", 4};
  step.ended = 10;
  step.failed = 2;
  step.times.latency.add(3ms, 8);
  step.times.latency.add(700ms, 2);
  load.steps = {step, step};
  load.requests = step.times;
  load.failures = {{"status 503", 2, {}}};
  load.thresholds = {{"", "p99", "1s", "0.7 s"},
                     {"api", "leak", "10%", "growing", false},
                     {"He pays", "p50", "1s", "", false, false}};
  record::LoadObserved::Process api{.name = "api", .kind = "service", .cpu = 1500ms, .span = 8s};
  api.points = {{.at = 8s, .length = 1s, .memory_bytes = 50'000'000, .threads = 7}};
  api.network = {
      .received_bytes = 11, .sent_bytes = 12, .retransmitted = 13, .opened = 14, .connections = 15};
  api.points[0].network = {.connections = 9};
  load.observed.processes = {api};
  load.observed.gaps = {.connections = 16, .times_lost = 17};
  record::LoadObserved::Postgres postgres{.name = "db", .span = 8s, .committed = 40};
  load.observed.postgres = {postgres};
  load.observed.redis = {{.name = "cache", .span = 8s, .commands = 5, .hits = 3, .misses = 1}};
  load.observed.providers = {{"stripe", 4, 1, 0, 0, {{"POST /v1/charges", 4, 1}}}};
  run.loads = {load};
  return run;
}

}  // namespace peregrine::report
