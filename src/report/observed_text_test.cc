#include "report/observed_text.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace peregrine::report {
namespace {

using namespace std::chrono_literals;
using record::LoadObserved;

LoadObserved observed() {
  LoadObserved all;
  LoadObserved::Process api{.name = "api", .kind = "service", .cpu = 15s, .span = 30s};
  api.points = {{.memory_bytes = 50'000'000, .threads = 7, .descriptors = 20},
                {.at = 30s, .memory_bytes = 86'000'000, .threads = 7, .descriptors = 24}};
  api.growth = {{"memory", 1'200'000, 100'000, 36'000'000}};
  api.network = {.received_bytes = 1'500'000,
                 .sent_bytes = 60'000'000,
                 .retransmitted = 3,
                 .opened = 40,
                 .connections = 20};
  all.processes = {api};
  LoadObserved::Postgres postgres{.name = "db", .span = 30s, .committed = 2970, .rolled_back = 30};
  postgres.blocks_hit = 999;
  postgres.blocks_read = 1;
  postgres.connections = 4;
  postgres.knows_statements = true;
  postgres.calls = 4000;
  postgres.time = 1s;
  postgres.statements = {{"SELECT *\nFROM orders WHERE id = $1", 1000, 1000, 750ms, 3ms}};
  postgres.scanned = {{"orders", 10, 50'000, 5'000, 1'500'000}};
  all.postgres = {postgres};
  LoadObserved::Redis redis{.name = "cache", .span = 30s, .commands = 3000, .hits = 3};
  redis.misses = 1;
  all.redis = {redis};
  all.providers = {{"stripe", 12, 2, 0, 0, {{"POST /v1/charges", 12, 2}}}};
  return all;
}

TEST(ObservedTextTest, TellsWhatEachDid) {
  EXPECT_EQ(
      observed_text(observed(), Paint(false), 100),
      "\n"
      "  api   50.0% of a processor, memory 50.0 MB to 86.0 MB, descriptors 20 to 24, threads 7\n"
      "    received 1.5 MB (50 kB/s), sent 60.0 MB (2.0 MB/s), 40 connections opened,"
      " up to 20 at once,\n"
      "    3 segments sent again\n"
      "    memory grows by 1.2 MB a minute (±100 kB), 36.0 MB over the load\n"
      "  db: 100 transactions/s, 30 rolled back, 4000 statements, 99.9% of blocks in its memory,\n"
      "    up to 4 connections\n"
      "      75%  1000 calls, mean 750 µs, p95 3.00 ms, 1000 rows  "
      "SELECT * FROM orders WHERE id = $1\n"
      "    orders was read from end to end 10 times, 5000 rows each (1.5 MB)\n"
      "  cache: 100 commands/s, 75.0% hits (3 of 4), memory 0 kB to 0 kB, up to 0 clients\n"
      "  stripe: 12 calls, 2 failed\n"
      "        12  POST /v1/charges, 2 failed\n");
}

TEST(ObservedTextTest, TellsWhatOfTheNetworkIsNotKnown) {
  LoadObserved all;
  LoadObserved::Process sql{.name = "sql", .kind = "postgres"};
  sql.points = {{.threads = 7}};
  all.processes = {sql};
  const auto told = [&] { return observed_text(all, Paint(false), 100); };
  EXPECT_TRUE(told().ends_with("\n  the network of sql was not measured\n")) << told();
  all.gaps.why_not = "no sock_diag";
  EXPECT_TRUE(told().ends_with("\n  the network was not measured: no sock_diag\n")) << told();
  all.processes[0].network = LoadObserved::Network{};
  all.gaps = {.connections = 7, .received_bytes = 3'000, .sent_bytes = 1'000'000};
  all.gaps.times_lost = 2;
  all.gaps.not_followed = 5;
  EXPECT_TRUE(told().ends_with(
      "\n  7 connections lived between two looks, of nobody known: 3 kB received, 1.0 MB sent\n"
      "  more connections ended than the kernel can tell of, 2 times: the network's figures are "
      "too "
      "low\n"
      "  5 sockets at looks were too many to follow: the network's figures are too low\n"))
      << told();
}

TEST(ObservedTextTest, KeepsWithin110Columns) {
  LoadObserved all = observed();
  all.postgres[0].p95 = 3ms;
  all.postgres[0].statements[0].text = "SELECT " + std::string(300, 'x') + " FROM orders";
  const std::string text = observed_text(all, Paint(false), 200);
  for (const std::string_view line : base::split(text, '\n')) {
    EXPECT_LE(base::count_characters(line), 110U) << line;
  }
  EXPECT_TRUE(text.contains("xxx…\n")) << text;
}

TEST(ObservedTextTest, SaysNothingWhereNothingWasObserved) {
  EXPECT_EQ(observed_text({}, Paint(false), 100), "");
}

}  // namespace
}  // namespace peregrine::report
