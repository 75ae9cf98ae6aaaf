#include "report/live_metrics.h"

#include <gtest/gtest.h>

#include <string>

#include "report/metrics_fixture.h"

namespace peregrine::report {
namespace {

using namespace std::chrono_literals;

bool has(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

record::LoadProgress progress(uint64_t requests) {
  record::LoadProgress load{.name = "Peak", .elapsed = 2s, .length = 10s, .playing = 4};
  load.so_far = [requests] {
    record::LoadResult result;
    result.name = "Peak";
    result.requests.latency.add(5ms, requests);
    result.slices.resize(100);
    return result;
  };
  return load;
}

TEST(LiveMetricsTest, TellsWhatIsKnownWhileALoadIsPlayed) {
  LiveMetrics live;
  const record::RunResult run = run_for_metrics();
  live.run_started(run);
  live.system_ready(run);
  EXPECT_FALSE(has(live.prometheus(), "peregrine_load_"));
  live.load_progressed(progress(10));
  EXPECT_TRUE(has(live.prometheus(), "peregrine_load_requests_total{load=\"Peak\"} 10\n"));
  EXPECT_TRUE(has(live.prometheus(), "peregrine_load_playing{load=\"Peak\"} 4\n"));
  live.load_progressed(progress(25));
  EXPECT_TRUE(has(live.prometheus(), "peregrine_load_requests_total{load=\"Peak\"} 25\n"));
  EXPECT_FALSE(has(live.prometheus(), "peregrine_run_passed"));

  live.load_finished(progress(30).so_far());
  live.journey_finished(run.journeys.front());
  live.run_finished(run);
  const std::string& page = live.prometheus();
  EXPECT_TRUE(has(page, "peregrine_load_requests_total{load=\"Peak\"} 30\n"));
  EXPECT_FALSE(has(page, "peregrine_load_playing"));
  EXPECT_TRUE(has(page, "peregrine_journey_plays_total{journey=\"Buys\",verdict=\"passed\"} 1\n"));
  EXPECT_TRUE(has(page, "peregrine_run_passed 1\n"));
  EXPECT_TRUE(has(live.otlp(run.started), "\"peregrine.load.requests\""));
}

// A million plays take no more room than one.
TEST(LiveMetricsTest, AddsUpPlays) {
  LiveMetrics live;
  const record::RunResult run = run_for_metrics();
  live.run_started(run);
  live.journey_finished(run.journeys.front());
  const size_t once = live.prometheus().size();
  for (int i = 0; i < 999; ++i) live.journey_finished(run.journeys.front());
  EXPECT_TRUE(has(live.prometheus(), "verdict=\"passed\"} 1000\n"));
  EXPECT_LT(live.prometheus().size(), once + 200);
}

}  // namespace
}  // namespace peregrine::report
