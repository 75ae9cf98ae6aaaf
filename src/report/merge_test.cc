#include "report/merge.h"

#include <gtest/gtest.h>

#include <functional>

#include "report/load_bounds.h"

namespace peregrine::report {
namespace {

using base::Duration;
using base::Histogram;
using base::Instant;
using record::LoadResult;
using record::LoadThreshold;
using record::Verdict;
using namespace std::chrono_literals;

record::LoadSlice slice(Duration begin, Duration length, uint64_t requests, Duration took) {
  Histogram latency;
  latency.add(took, requests);
  return {begin, length, begin >= 1s, requests, requests, 1, 5, latency.to_text()};
}

// A run whose 100 requests took so long.
NamedRun run_of(const std::string& name, uint64_t seed, Duration took) {
  LoadResult load;
  load.name = "Peak";
  load.model = "5 users for 2 s";
  load.warm_up = 1s;
  load.measured = 2s;
  load.users = 5;
  load.begun = load.ended = 100;
  load.failed = 1;
  record::Latencies times;
  for (int i = 0; i < 100; ++i) times.add(Instant{}, Instant{}, Instant{took});
  load.requests = times;
  load.plays = times.latency;
  load.steps = {{"Peak", "It is bought", 7, false, 100, 0, 1, times}};
  load.failures = {{"status 503", 1, {"first of " + name, "second of " + name}}};
  load.slices = {slice(0s, 1'020ms, 50, took), slice(1'020ms, 990ms, 60, took),
                 slice(2'010ms, 1s, 40, took)};
  load.thresholds = {{"", "p50", "25ms", "", true},
                     {"It is bought", "errors", "< 1%", "", true},
                     {"journey", "rps", "90", "", true},
                     {"api", "cpu", "80%", "40%", true}};
  load.generator.cpu = 1'500ms;
  load.generator.busiest = 1'500ms;
  record::RunResult run;
  run.trial = "load";
  run.system = "shop";
  run.seed = seed;
  run.started = base::WallTime{1'800'000'000s};
  run.duration = 5s;
  run.repeat = "peregrine load shop";
  run.journeys = {{}};
  run.loads = {load};
  return {name, run};
}

TEST(Merge, AddsCountsAndHistogramsAndAveragesNothing) {
  const auto all = merge({run_of("a", 1, 10ms), run_of("b", 2, 30ms), run_of("c", 3, 30ms)});
  ASSERT_TRUE(all) << all.error().to_string();
  const LoadResult& load = all->loads.at(0);
  EXPECT_EQ(load.asked(), 300U);
  EXPECT_EQ(load.ended, 300U);
  EXPECT_EQ(load.failed, 3U);
  EXPECT_EQ(load.users, 15U);
  EXPECT_EQ(load.measured, 2s);
  EXPECT_EQ(load.per_second(), 150);
  EXPECT_NEAR(base::to_seconds(load.requests.latency.at(0.5)), 0.030, 1e-4);
  EXPECT_NEAR(base::to_seconds(load.requests.latency.at(0.3)), 0.010, 1e-4);
  ASSERT_EQ(load.steps.size(), 1U);
  EXPECT_EQ(load.steps[0].times.latency.count(), 300U);
  ASSERT_EQ(load.failures.size(), 1U);
  EXPECT_EQ(load.failures[0].count, 3U);
  EXPECT_EQ(load.failures[0].texts.size(), record::LoadFailures::kMostTexts);
  EXPECT_EQ(load.model, "3 runs of 5 users for 2 s");
  EXPECT_EQ(load.generator.cpu_share(load.measured), 0.75);
  EXPECT_EQ(all->journeys.size(), 3U);
  EXPECT_EQ(all->repeat, "");
}

TEST(Merge, LaysSecondsOverEachOther) {
  NamedRun longer = run_of("b", 2, 30ms);
  longer.run.loads[0].slices = {slice(0s, 2s, 70, 30ms), slice(2s, 2s, 80, 30ms)};
  const auto all = merge({run_of("a", 1, 10ms), longer});
  ASSERT_TRUE(all) << all.error().to_string();
  const auto& slices = all->loads[0].slices;
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(slices[0].requests, 50 + 60 + 70U);
  EXPECT_EQ(slices[1].requests, 40 + 80U);
  EXPECT_EQ(slices[1].begin, 2s);
  EXPECT_EQ(slices[1].length, 2s);
  EXPECT_EQ(slices[1].users, 10U);
  EXPECT_FALSE(slices[0].counted);
  EXPECT_TRUE(slices[1].counted);
  EXPECT_EQ(Histogram::from_text(slices[1].latency)->count(), 120U);
}

TEST(Merge, JudgesThresholdsAnew) {
  const auto all = merge({run_of("a", 1, 10ms), run_of("b", 2, 30ms), run_of("c", 3, 30ms)});
  ASSERT_TRUE(all) << all.error().to_string();
  const auto& thresholds = all->loads[0].thresholds;
  ASSERT_EQ(thresholds.size(), 6U);
  EXPECT_FALSE(thresholds[0].held);
  EXPECT_EQ(thresholds[0].actual, "30.0 ms");
  EXPECT_FALSE(thresholds[1].held);
  EXPECT_EQ(thresholds[1].actual, "1% (3 of 300)");
  EXPECT_TRUE(thresholds[2].held);
  EXPECT_EQ(thresholds[2].actual, "150/s");
  EXPECT_EQ(thresholds[3].actual, "40% in a");
  EXPECT_EQ(thresholds[5].actual, "40% in c");
  EXPECT_EQ(all->verdict, Verdict::failed);
}

TEST(Merge, KeepsWhatEachRunObservedAndSaysWhoseItIs) {
  NamedRun one = run_of("a", 1, 10ms), other = run_of("b", 2, 30ms);
  for (NamedRun* run : {&one, &other}) {
    record::LoadObserved& observed = run->run.loads[0].observed;
    observed.processes = {{.name = "api", .kind = "service", .cpu = 1s, .span = 2s}};
    observed.processes[0].network = {.received_bytes = 5, .sent_bytes = 6};
    observed.gaps = {.connections = 1, .received_bytes = 2, .sent_bytes = 3, .times_lost = 4};
    observed.postgres = {{.name = "sql", .committed = 7}};
    observed.redis = {{.name = "cache"}};
    observed.providers = {{.name = "stripe", .calls = 5}};
  }
  other.run.loads[0].observed.gaps.why_not = "not here";
  const auto all = merge({one, other});
  ASSERT_TRUE(all) << all.error().to_string();
  const record::LoadObserved& observed = all->loads[0].observed;
  ASSERT_EQ(observed.processes.size(), 2U);
  EXPECT_EQ(observed.processes[0].name, "api in a");
  EXPECT_EQ(observed.processes[1].name, "api in b");
  EXPECT_EQ(observed.processes[1].network.value().sent_bytes, 6U);
  EXPECT_EQ(observed.gaps.connections, 2U);
  EXPECT_EQ(observed.gaps.sent_bytes, 6U);
  EXPECT_EQ(observed.gaps.times_lost, 8U);
  EXPECT_EQ(observed.gaps.why_not, "in b: not here");
  EXPECT_EQ(observed.postgres.at(1).name, "sql in b");
  EXPECT_EQ(observed.postgres.at(1).committed, 7U);
  EXPECT_EQ(observed.redis.at(1).name, "cache in b");
  EXPECT_EQ(observed.providers.at(0).name, "stripe in a");
  EXPECT_EQ(all->loads[0].model, "2 runs of 5 users for 2 s");

  other.run.loads[0].observed.processes.resize(200, {.name = "one more", .kind = "service"});
  const auto without = merge({one, other});
  ASSERT_TRUE(without) << without.error().to_string();
  EXPECT_TRUE(without->loads[0].observed.processes.empty());
  EXPECT_TRUE(without->loads[0].observed.postgres.empty());
  EXPECT_EQ(without->loads[0].model,
            "2 runs of 5 users for 2 s; what services did is in their own reports alone");
}

TEST(Merge, LeavesOutLimitsAndSaysSo) {
  NamedRun one = run_of("a", 1, 10ms), other = run_of("b", 2, 30ms);
  one.run.loads[0].limit = record::LoadLimit{.held = 10};
  other.run.loads[0].limit = record::LoadLimit{.held = 15};
  const auto all = merge({one, other});
  ASSERT_TRUE(all) << all.error().to_string();
  EXPECT_FALSE(all->loads[0].limit);
  EXPECT_EQ(all->loads[0].model,
            "2 runs of 5 users for 2 s; the limits that they found are in their own reports alone");
}

TEST(Merge, SaysOfAThresholdWhetherItWasMeasured) {
  NamedRun one = run_of("a", 1, 10ms), other = run_of("b", 2, 30ms);
  for (NamedRun* run : {&one, &other}) {
    run->run.loads[0].thresholds = {{"Nobody", "p99", "1s", "", true},
                                    {"sql", "p95", "1s", "nothing was measured", false, false}};
  }
  const auto all = merge({one, other});
  ASSERT_TRUE(all) << all.error().to_string();
  const auto& thresholds = all->loads[0].thresholds;
  ASSERT_EQ(thresholds.size(), 3U);
  for (const LoadThreshold& threshold : thresholds) {
    EXPECT_FALSE(threshold.held);
    EXPECT_FALSE(threshold.measured);
  }
}

TEST(Merge, AThresholdThatFellInOnePartMayHoldInAll) {
  NamedRun slow = run_of("b", 2, 30ms);
  slow.run.verdict = Verdict::failed;
  slow.run.loads[0].thresholds[0].held = false;
  NamedRun fast = run_of("a", 1, 10ms);
  fast.run.loads[0].thresholds.resize(1);
  slow.run.loads[0].thresholds.resize(1);
  const auto all = merge({fast, slow});
  ASSERT_TRUE(all) << all.error().to_string();
  EXPECT_TRUE(all->loads[0].thresholds[0].held);
  EXPECT_EQ(all->verdict, Verdict::passed);
}

TEST(Merge, SaysWhyRunsDoNotFitTogether) {
  const auto error = [](const std::function<void(record::RunResult&)>& change) {
    NamedRun other = run_of("b.jsonl", 2, 30ms);
    change(other.run);
    const auto all = merge({run_of("a.jsonl", 1, 10ms), other});
    return all ? "" : all.error().text;
  };
  EXPECT_EQ(error([](auto&) {}), "");
  EXPECT_EQ(error([](auto& run) { run.system = "bank"; }),
            "a.jsonl is of the system `shop`, and b.jsonl of `bank`");
  EXPECT_EQ(error([](auto& run) { run.seed = 1; }),
            "a.jsonl and b.jsonl are the same run, which would be counted twice");
  EXPECT_EQ(error([](auto& run) { run.loads.clear(); }),
            "b.jsonl is no run of `load` that came to an end: there are no figures");
  EXPECT_EQ(error([](auto& run) { run.loads.push_back({}); }),
            "a.jsonl has 1 loads, and b.jsonl has 2");
  EXPECT_EQ(error([](auto& run) { run.loads[0].name = "Base"; }),
            "a.jsonl has the load `Peak` where b.jsonl has `Base`");
  const std::string not_together = "a.jsonl and b.jsonl do not fit together: the load `Peak` ";
  EXPECT_EQ(error([](auto& run) { run.loads[0].open = true; }),
            not_together + "has users in one and a rate in the other");
  EXPECT_EQ(error([](auto& run) { run.loads[0].warm_up = 3s; }),
            not_together + "has another `warm_up`");
  EXPECT_EQ(error([](auto& run) { run.loads[0].limit.emplace(); }),
            not_together + "was stepped up to find its limit in one of them alone");
  EXPECT_EQ(error([](auto& run) { run.loads[0].thresholds[0].limit = "1s"; }),
            not_together + "has other thresholds");
}

TEST(LoadBounds, ReadsLimitsAsTheyWereWritten) {
  const LoadResult load = run_of("a", 1, 10ms).run.loads[0];  // 10 ms, 50/s, 1% failed
  const auto held = [&](const char* on, const char* what, const char* limit) {
    const auto judged = judge_anew({on, what, limit, "", true}, load);
    return judged ? judged->held ? "held" : "fell" : "unknown";
  };
  EXPECT_STREQ(held("", "max", "10ms"), "held");
  EXPECT_STREQ(held("", "max", "< 10ms"), "fell");
  EXPECT_STREQ(held("", "max", "<=0.01s"), "held");
  EXPECT_STREQ(held("", "mean", "> 9ms"), "held");
  EXPECT_STREQ(held("", "p999", "1h"), "held");
  EXPECT_STREQ(held("", "rps", "50"), "held");
  EXPECT_STREQ(held("", "rps", "51/s"), "fell");
  EXPECT_STREQ(held("", "rps", "< 51/s"), "held");
  EXPECT_STREQ(held("", "errors", "1%"), "held");
  EXPECT_STREQ(held("", "errors", ">= 1.1%"), "fell");
  EXPECT_STREQ(held("Nobody", "p99", "1s"), "fell");
  EXPECT_STREQ(held("", "p99", "1 moon"), "unknown");
  EXPECT_STREQ(held("", "p99", ""), "unknown");
  EXPECT_STREQ(held("sql", "p95", "1s"), "unknown");
  EXPECT_STREQ(held("api", "memory", "1MB"), "unknown");
}

}  // namespace
}  // namespace peregrine::report
