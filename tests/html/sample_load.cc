#include "sample_load.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/random.h"

using namespace peregrine;
using namespace std::chrono_literals;

namespace {

constexpr int kSlices = 600;  // of a second

// Of some requests in a second: most of them quick, some not, all slower when it goes badly.
base::Histogram latencies(base::Random& random, uint64_t requests, double slower) {
  base::Histogram latency;
  for (uint64_t i = 0; i < requests; ++i) {
    const double spread = static_cast<double>(random.below(1000)) / 1000;
    const double ms = 5 * std::exp(2.5 * std::pow(spread, 3)) * (random.below(50) == 0 ? 9 : 1);
    latency.add(base::Duration(static_cast<int64_t>(ms * slower * 1e6)));
  }
  return latency;
}

record::LoadSlice load_slice(int second, base::Random& random, record::LoadResult& load) {
  const bool bad = second >= 360 && second < 420;
  const bool counted = second >= 30;
  const auto users = static_cast<uint64_t>(std::min(second / 1.5 + 1, 100.0));
  const uint64_t requests = (bad ? users : 2 * users) + random.below(9);
  const base::Histogram latency = latencies(random, requests, bad ? 6 : 1);
  const uint64_t failed = bad ? random.below(5) : 0;
  if (counted) {
    load.requests.latency.merge(latency);
    load.requests.service.merge(latency);
    load.requests.blocked.add(2us, requests);
    load.plays.merge(latency);
    load.begun += requests / 2;
    load.ended += requests / 2;
    load.failed += failed;
  }
  return {second * 1s, 1s, counted, requests, requests / 2, failed, users, latency.to_text()};
}

// Of each second that is measured.
record::LoadObserved::Process load_process(std::string name, uint64_t sent) {
  record::LoadObserved::Process process{.name = std::move(name), .kind = "service"};
  process.network = record::LoadObserved::Network{};
  for (int second = 0; second <= kSlices - 30; ++second) {
    const bool bad = second >= 330 && second < 390;
    record::LoadObserved::Network network{.connections = 100};
    if (second > 0) network.received_bytes = bad ? 20'000 : 40'000;
    if (second > 0) network.sent_bytes = bad ? sent / 3 : sent;
    process.points.push_back({.at = second * 1s,
                              .length = second > 0 ? 1s : 0s,
                              .cpu = bad ? 0.9 : 0.4,
                              .memory_bytes = 50'000'000,
                              .threads = 8,
                              .network = network});
    process.network->received_bytes += network.received_bytes;
    process.network->sent_bytes += network.sent_bytes;
  }
  process.network->opened = 12;
  process.network->connections = 100;
  process.span = 570s;
  process.cpu = 250s;
  return process;
}

}  // namespace

record::RunResult sample_load() {
  record::LoadResult load;
  load.name = "Customers buy";
  load.file = "journeys/customers_buy.yaml";
  load.line = 9;
  load.model = "up to 100 users in 2 stages for 570 s";
  load.warm_up = 30s;
  load.measured = 570s;
  load.users = 100;
  load.looked = 42;
  load.cut = 2;
  base::Random random(7);
  for (int i = 0; i < kSlices; ++i) load.slices.push_back(load_slice(i, random, load));
  const std::string step = "What was chosen is bought";
  load.steps = {{load.name, "The shop is looked at", 12, false, load.asked() / 2, 0, 0, {}},
                {load.name, step, 15, false, load.asked(), 0, load.failed, load.requests},
                {load.name, "The order is stored", 20, true, 42, 0, 0, {}}};
  load.steps[0].times.add({}, {}, base::Instant{4ms});
  load.failures = {{"status 503", load.failed, {step + ": the status is 503\nexpected 201"}},
                   {"timeout", 1, {step + ": no answer within 5 s"}}};
  load.thresholds = {{"", "p99", "400ms", "387 ms", true},
                     {"", "errors", "0.1%", "0.2% (121 of 51213)", false},
                     {step, "p95", "< 300ms", "246 ms", true},
                     {"api", "leak", "10%", "not known: too few looks", false, false}};
  load.observed.processes = {load_process("api", 900'000), load_process("worker", 30'000)};
  load.observed.processes.push_back({.name = "sql", .kind = "postgres", .points = {{}, {}}});
  load.observed.gaps = {.connections = 1234, .received_bytes = 56'000, .sent_bytes = 7'000'000};
  load.observed.gaps.times_lost = 3;
  load.generator.cpu = 31s;
  load.generator.rss_bytes = 61'000'000;
  load.generator.lag.add(180us, 1000);
  record::RunResult run;
  run.trial = "load";
  run.system = "shop";
  run.verdict = record::Verdict::failed;
  run.parties = {{"api"}, {"postgres", record::Party::Kind::database}};
  record::JourneyResult journey;
  journey.name = load.name;
  journey.file = load.file;
  run.journeys = {journey};
  run.loads = {load};
  return run;
}
