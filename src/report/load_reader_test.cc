#include "report/load_reader.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "report/json.h"
#include "report/jsonl.h"
#include "report/junit.h"
#include "report/run_reader.h"

namespace peregrine::report {
namespace {

using record::LoadResult;
using namespace std::chrono_literals;

record::Latencies some_latencies() {
  record::Latencies times;
  const base::Instant due{};
  for (int i = 1; i <= 200; ++i) times.add(due, due + i * 3us, due + i * 1ms);
  return times;
}

record::LoadSlice some_slice(int second, uint64_t requests) {
  base::Histogram latency;
  latency.add(5ms + second * 1ms, requests);
  return {second * 1s,           1s, second > 0,        requests,     requests / 2,
          second == 2 ? 1U : 0U, 7,  latency.to_text(), second * 10U, requests * 2};
}

record::LoadObserved some_observed() {
  using record::LoadObserved;
  LoadObserved observed;
  LoadObserved::Process service{.name = "api", .kind = "service", .cpu = 1'234'567'891ns};
  service.span = 2'000'000'001ns;
  service.points = {{0s, 0s, 0, 50'000'000, 7, 12, {}, LoadObserved::Network{0, 0, 0, 0, 5}},
                    {1s, 1'003ms, 0.1 + 0.2, 60'000'000, 8, {}, {}, {}}};
  service.network = {27, 28, 29, 30, 31};
  observed.gaps = {"the kernel does not", 32, 33, 34, 35, 36};
  service.growth = {{"memory", 600'000'000.5, 0.25, 10'000'000}};
  LoadObserved::Process server{.name = "sql", .kind = "postgres"};
  server.points = {{0s, 0s, 0, 1, 7, 12, 3, {}}};
  observed.processes = {service, server};
  LoadObserved::Postgres counts{.name = "sql", .span = 2s, .committed = 1, .rolled_back = 2};
  counts.deadlocks = 3;
  counts.blocks_hit = 4;
  counts.blocks_read = 5;
  counts.rows_returned = 6;
  counts.rows_fetched = 7;
  counts.rows_written = 8;
  counts.temporary_bytes = 9;
  counts.connections = 10;
  counts.waiting = 11;
  counts.looks = 12;
  counts.looks_waiting = 13;
  LoadObserved::Postgres knows = counts;
  knows.knows_statements = true;
  knows.calls = 14;
  knows.time = 15'001ns;
  knows.p95 = 16'003ns;
  knows.statements = {{"select $1", 17, 18, 19'007ns, 20us}, {"begin", 21, 0, 22us, {}}};
  knows.scanned = {{"charges", 23, 24'000'000, 25, 26}};
  observed.postgres = {counts, knows};
  observed.redis = {{"cache", 2s, 27, 28, 29, 30, 31, 32, 33, 34, 35, {{"KEYS *", 36'009us}}},
                    {.name = "queue"}};
  observed.providers = {{"stripe", 37, 38, 39, 40, {{"POST /v1/charges", 30, 1}, {"", 7, 7}}}};
  return observed;
}

record::LoadPhase some_phase(double level, std::string fell) {
  record::LoadPhase phase{level, 200, level * 1.7, 100, 3, {}, std::move(fell)};
  phase.latency.add(5ms, 200);
  return phase;
}

LoadResult some_load() {
  LoadResult load;
  load.name = "Peak";
  load.file = "j/peak.yaml";
  load.line = 4;
  load.model = "7 users for 2 s";
  load.warm_up = 1s;
  load.measured = 2'000'000'123ns;
  load.users = 7;
  load.begun = 103;
  load.ended = 100;
  load.failed = 2;
  load.lost = 1;
  load.cut = 3;
  load.not_begun = 4;
  load.looked = 5;
  load.requests = some_latencies();
  load.plays.add(77ms, 100);
  load.steps = {{"Peak", "It is <bought>", 7, false, 200, 1, 2, some_latencies()},
                {"Peak", "It is there", 9, true, 5, 0, 0, {}},
                {"Peak", "It is heard", 11, true, 5, 0, 0, some_latencies(), true}};
  load.streams = {8, 6, 1, 240, 24'000};
  load.failures = {{"status 503", 2, {"It is <bought>: the status is 503\nbody: no"}}};
  load.slices = {some_slice(0, 90), some_slice(1, 100), some_slice(2, 100)};
  load.thresholds = {{"", "p99", "300ms", "198 ms", true},
                     {"It is <bought>", "errors", "0.1%", "1% (2 of 200)", false}};
  load.aborted = "errors is 2%";
  load.generator.cpu = 1'200ms;
  load.generator.busiest = 900ms;
  load.generator.processes = 3;
  load.generator.rss_bytes = 50'000'000;
  load.generator.lag.add(80us, 200);
  return load;
}

record::RunResult some_run() {
  record::RunResult run;
  run.trial = "load";
  run.system = "shop";
  run.started = base::WallTime{1'800'000'000s};
  run.verdict = record::Verdict::failed;
  run.loads = {some_load()};
  return run;
}

record::LoadProgress progress(const record::LoadSlice& slice) {
  return {"Peak", slice.begin + slice.length, base::Duration::max(), 7, slice};
}

// The lines of the run; when it was killed, without those of its end.
std::string lines_of(const record::RunResult& run, bool killed = false) {
  std::FILE* file = std::tmpfile();
  JsonLines lines(file);
  lines.run_started(run);
  for (const record::LoadSlice& slice : run.loads.front().slices) {
    lines.load_progressed(progress(slice));
  }
  if (!killed) lines.run_finished(run);
  std::rewind(file);
  std::string text(1'000'000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

base::Result<record::RunResult> read(const std::string& text) {
  RunReader reader;
  for (const std::string_view line : base::split(text, '\n')) {
    if (!line.empty()) TRY_OK(reader.take(line));
  }
  return std::move(reader).finish();
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const size_t at = text.rfind(what);
  EXPECT_NE(at, text.npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(LoadReader, GivesTheReportsOfTheLoadItself) {
  const record::RunResult run = some_run();
  const auto again = read(lines_of(run));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(to_json(*again), to_json(run));
  EXPECT_EQ(to_junit(*again), to_junit(run));
  ASSERT_EQ(again->loads.size(), 1U);
  EXPECT_EQ(again->loads[0].measured, run.loads[0].measured);
  EXPECT_EQ(again->loads[0].slices[1].latency, run.loads[0].slices[1].latency);
}

TEST(LoadReader, GivesWhatWasObservedAndTheLimitThatWasFound) {
  record::RunResult run = some_run();
  LoadResult& load = run.loads.front();
  load.observed = some_observed();
  load.thresholds.push_back({"api", "cpu", "80%", "nothing was measured", false, false});
  load.limit = record::LoadLimit{
      10, 15, "it was stopped", {some_phase(10, ""), some_phase(15, "p99 1s is 2.00 s")}};
  load.limit->recovery = some_phase(10, "");
  const auto again = read(lines_of(run));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(to_json(*again), to_json(run));
  const LoadResult& read_load = again->loads.at(0);
  EXPECT_FALSE(read_load.thresholds.at(2).measured);
  EXPECT_EQ(read_load.observed.processes.at(0).span, 2'000'000'001ns);
  EXPECT_EQ(read_load.observed.processes.at(0).network.value().retransmitted, 29U);
  EXPECT_EQ(read_load.observed.processes.at(0).points.at(0).network.value().connections, 5U);
  EXPECT_FALSE(read_load.observed.processes.at(1).network);
  EXPECT_EQ(read_load.observed.gaps.not_followed, 36U);
  EXPECT_EQ(read_load.limit->recovery->latency.count(), 200U);

  load.limit = record::LoadLimit{{}, 12.5, "", {some_phase(12.5, "errors")}, {}};
  const auto fallen = read(lines_of(run));
  ASSERT_TRUE(fallen) << fallen.error().to_string();
  EXPECT_EQ(to_json(*fallen), to_json(run));
  EXPECT_FALSE(fallen->loads.at(0).limit->held);
}

TEST(LoadReader, SaysWhatIsWrongWithWhatWasObservedAndWithTheLimit) {
  record::RunResult run = some_run();
  run.loads.front().observed = some_observed();
  run.loads.front().limit = record::LoadLimit{10, {}, "", {some_phase(10, "")}, {}};
  run.loads.front().limit->recovery = some_phase(10, "");
  const std::string good = lines_of(run);
  const auto error = [&](std::string_view what, std::string_view with) {
    const auto again = read(replaced(good, what, with));
    return again ? "" : again.error().text;
  };
  EXPECT_EQ(error("\"observed\":", "\"seen\":"), "`observed` is not there");
  EXPECT_EQ(error("\"threads\":7", "\"threads\":-7"), "`threads` is no whole number from 0 on");
  EXPECT_EQ(error("\"margin\":0.25", "\"margin\":\"0.25\""), "`margin` is no number from 0 on");
  EXPECT_EQ(error("\"total_us\":22", "\"total_us\":1e30"),
            "`total_us` is no number of microseconds");
  EXPECT_EQ(error("\"calls\":14,", ""), "`calls` is not there");
  EXPECT_EQ(error("\"held\":10,", ""), "`recovery` is there, and `held` is not");
  EXPECT_EQ(error("\"phases\":[", "\"phases\":[7,"), "`level` is not there");
  std::string many = "\"slowest\":[";
  for (size_t i = 0; i < record::LoadObserved::Redis::kMostSlow; ++i) many += "0,";
  // The last list of them is empty.
  EXPECT_EQ(error("\"slowest\":[", many + "0"), "`slowest` has more than 10 elements");
}

TEST(LoadReader, OfALoadThatWasKilledGivesItsSeconds) {
  const auto run = read(lines_of(some_run(), true));
  ASSERT_TRUE(run) << run.error().to_string();
  ASSERT_EQ(run->loads.size(), 1U);
  const LoadResult& load = run->loads[0];
  EXPECT_EQ(load.name, "Peak");
  EXPECT_EQ(load.asked(), 200U);
  EXPECT_EQ(load.ended, 100U);
  EXPECT_EQ(load.failed, 1U);
  EXPECT_EQ(load.warm_up, 1s);
  EXPECT_EQ(load.measured, 2s);
  EXPECT_EQ(load.requests.latency.most(), 7ms);
  EXPECT_EQ(load.streams.most_open, 20U);
  EXPECT_EQ(load.streams.messages, 400U);
}

TEST(LoadReader, SlicesThatHaveGrownTakeThePlaceOfTheirParts) {
  LoadResult load;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(add_slice(load, some_slice(i, 10)));
  record::LoadSlice both = some_slice(1, 30);
  both.length = 2s;
  ASSERT_TRUE(add_slice(load, both));
  ASSERT_EQ(load.slices.size(), 2U);
  EXPECT_EQ(load.slices[1].requests, 30U);
  for (int i = 3; i <= static_cast<int>(kMostLoadSlices); ++i) {
    ASSERT_TRUE(add_slice(load, some_slice(i, 1)));
  }
  const auto refused = add_slice(load, some_slice(1'000'000, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Code::limit);
}

TEST(LoadReader, SaysWhatIsWrongWithALoad) {
  const std::string good = lines_of(some_run());
  const auto error = [&](std::string_view what, std::string_view with) {
    const auto run = read(replaced(good, what, with));
    return run ? "" : run.error().text;
  };
  EXPECT_EQ(error("\"begun\":103", "\"begun\":-1"), "`begun` is no whole number from 0 on");
  EXPECT_EQ(error("\"rss_bytes\"", "\"rss\""), "`rss_bytes` is not there");
  EXPECT_EQ(error("\"measured_s\":2.", "\"measured_s\":-2."),
            "`measured_s` is no number of seconds");
  EXPECT_EQ(error("\"steps\":[", "\"steps\":[7,"), "`journey` is not there");
  EXPECT_EQ(error("\"slices\":[", "\"slices\":null,\"other\":["), "`slices` is not there");
  const std::string plays = some_load().plays.to_text();
  EXPECT_EQ(error("\"" + plays + "\"", "\"1 2 nan;3:1,\""), "the histogram of `play_us` is none");
  EXPECT_EQ(error("\"" + plays + "\"", "{}"), "`histogram` is no text");
  const std::string slice = some_slice(2, 100).latency;
  EXPECT_EQ(error(slice, "1 2 3"), "the histogram of a slice is none");
  EXPECT_EQ(error("\"load\":\"Peak\"", "\"load\":7"), "`load` is no text");
}

TEST(LoadReader, IsBoundedInLoadsAndTheirSteps) {
  record::RunResult run = some_run();
  run.loads.front().slices.clear();
  run.loads.front().steps.clear();
  const std::string text = lines_of(run);
  const size_t from = text.find("{\"event\":\"load_finished\"");
  const std::string line = text.substr(from, text.find('\n', from) + 1 - from);
  RunReader reader;
  ASSERT_TRUE(reader.take(text.substr(0, text.find('\n'))));
  for (size_t i = 0; i < RunReader::kMostLoads; ++i) ASSERT_TRUE(reader.take(line));
  const auto refused = reader.take(line);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "more than 1000 loads, or 5000 steps of loads");
}

TEST(LoadReader, ThresholdsAreTestCasesOfASuiteOfTheLoad) {
  record::RunResult run = some_run();
  const std::string junit = to_junit(run);
  EXPECT_NE(junit.find("<testsuites name=\"load shop\" tests=\"2\" failures=\"1\" skipped=\"0\""),
            junit.npos)
      << junit;
  EXPECT_NE(junit.find("  <testsuite name=\"Peak\" tests=\"2\" failures=\"1\" skipped=\"0\" "
                       "time=\"2.000000\">\n"
                       "    <testcase name=\"p99 300ms\" classname=\"j/peak.yaml\" "
                       "file=\"j/peak.yaml\" line=\"4\"/>\n"
                       "    <testcase name=\"It is &lt;bought&gt;: errors 0.1%\" "
                       "classname=\"j/peak.yaml\" file=\"j/peak.yaml\" line=\"4\">\n"
                       "      <failure message=\"It is &lt;bought&gt;: errors is 1% (2 of 200), "
                       "its bound 0.1%\">"),
            junit.npos)
      << junit;
}

}  // namespace
}  // namespace peregrine::report
