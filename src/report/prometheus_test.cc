#include "report/prometheus.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/text.h"
#include "report/metrics_fixture.h"

namespace peregrine::report {
namespace {

using namespace std::chrono_literals;

bool has(const std::string& page, const std::string& line) {
  return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

constexpr const char* kLoad = "load=\"Buys \\\"a\\\\b\\\"\\nand more \uFFFD\"";

TEST(PrometheusTest, TellsTheFiguresOfALoad) {
  const std::string page = to_prometheus(run_for_metrics());
  const std::string load = kLoad;
  const std::string step = load + ",journey=\"Buys\",step=\"He pays\"";
  for (const std::string& line :
       {std::string("# TYPE peregrine_load_requests_total counter"),
        "peregrine_load_requests_total{" + load + "} 10",
        "peregrine_load_plays_total{" + load + ",outcome=\"held\"} 7",
        "peregrine_load_plays_total{" + load + ",outcome=\"cut\"} 2",
        "peregrine_load_failures_total{" + load + ",kind=\"status 503\"} 2",
        std::string("# TYPE peregrine_load_step_duration_seconds histogram"),
        "peregrine_load_step_duration_seconds_bucket{" + step + ",le=\"0.0025\"} 0",
        "peregrine_load_step_duration_seconds_bucket{" + step + ",le=\"0.005\"} 16",
        "peregrine_load_step_duration_seconds_bucket{" + step + ",le=\"1\"} 20",
        "peregrine_load_step_duration_seconds_bucket{" + step + ",le=\"+Inf\"} 20",
        "peregrine_load_step_duration_seconds_count{" + step + "} 20",
        "peregrine_load_step_plays_total{" + step + ",outcome=\"failed\"} 4",
        "peregrine_load_request_duration_quantile_seconds{" + load + ",quantile=\"1\"} 0.7",
        "peregrine_load_threshold_held{" + load + ",on=\"\",figure=\"p99\",bound=\"1s\"} 1",
        "peregrine_load_threshold_held{" + load + ",on=\"api\",figure=\"leak\",bound=\"10%\"} 0",
        "peregrine_process_cpu_seconds_total{" + load + ",process=\"api\",kind=\"service\"} 1.5",
        "peregrine_process_memory_bytes{" + load + ",process=\"api\",kind=\"service\"} 50000000",
        "peregrine_process_network_received_bytes_total{" + load +
            ",process=\"api\",kind=\"service\"} 11",
        "peregrine_process_network_sent_bytes_total{" + load +
            ",process=\"api\",kind=\"service\"} 12",
        "peregrine_process_network_retransmitted_total{" + load +
            ",process=\"api\",kind=\"service\"} 13",
        "peregrine_process_network_opened_total{" + load + ",process=\"api\",kind=\"service\"} 14",
        "peregrine_process_network_connections{" + load + ",process=\"api\",kind=\"service\"} 9",
        "peregrine_network_unattributed_total{" + load + "} 16",
        "peregrine_network_lost_total{" + load + "} 17",
        "peregrine_postgres_transactions_total{" + load +
            ",database=\"db\",outcome=\"committed\"} 40",
        "peregrine_redis_lookups_total{" + load + ",database=\"cache\",outcome=\"hit\"} 3",
        "peregrine_provider_calls_total{" + load +
            ",provider=\"stripe\",route=\"POST /v1/charges\",outcome=\"failed\"} 1",
        std::string("peregrine_journey_plays_total{journey=\"Buys\",verdict=\"passed\"} 1"),
        std::string("peregrine_boundary_events_total{source=\"db\",kind=\"statement\","
                    "outcome=\"failed\"} 2"),
        std::string("peregrine_run_passed 1"),
        std::string("peregrine_run_duration_seconds 10")}) {
    EXPECT_TRUE(has(page, line)) << line << "\nis not in\n" << page;
  }
  // What was not measured is neither held nor fallen, and what is not known is not told.
  EXPECT_EQ(page.find("on=\"He pays\""), std::string::npos);
  EXPECT_EQ(page.find("peregrine_process_descriptors"), std::string::npos);
}

TEST(PrometheusTest, HasEachSeriesOnceAndEachFamilyTogether) {
  std::set<std::string> series, families;
  std::string family;
  for (const std::string_view line : base::split(to_prometheus(run_for_metrics()), '\n')) {
    if (line.starts_with("# TYPE ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(families.insert(family).second) << line;
    } else if (!line.empty() && !line.starts_with('#')) {
      EXPECT_TRUE(line.starts_with(family)) << line;
      EXPECT_TRUE(series.insert(std::string(line.substr(0, line.rfind(' ')))).second) << line;
    }
  }
  EXPECT_GT(families.size(), 25U);
}

TEST(MetricsTest, AreBounded) {
  constexpr Metric kMetric{"peregrine.test", "A test"};
  Metrics metrics;
  for (size_t i = 0; i < Metrics::kMostSamples + 5; ++i) {
    metrics.add(kMetric, {{"n", std::to_string(i)}}, 1.0);
  }
  EXPECT_EQ(metrics.families().front().samples.size(), Metrics::kMostSamples);
  EXPECT_EQ(metrics.left_out(), 5U);
  Metrics other;
  for (const char* end : {"a", "b"}) {
    other.add(kMetric, {{"n", std::string(Metrics::kLongestLabel, 'x') + end}}, 1.0);
  }
  const auto& samples = other.families().front().samples;
  ASSERT_EQ(samples.size(), 1U);
  EXPECT_EQ(base::count_characters(samples.begin()->first[0].second), Metrics::kLongestLabel);
  EXPECT_EQ(samples.begin()->second.number, 2);
}

TEST(MetricsTest, BucketsEndWithTheirBound) {
  base::Histogram times;
  times.add(900us);
  times.add(40ms, 3);
  times.add(2min);
  EXPECT_EQ(count_up_to(times, 0.0005), 0U);
  EXPECT_EQ(count_up_to(times, 0.001), 1U);
  EXPECT_EQ(count_up_to(times, 0.05), 4U);
  EXPECT_EQ(count_up_to(times, 60), 4U);
}

}  // namespace
}  // namespace peregrine::report
