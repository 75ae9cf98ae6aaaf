#include <gtest/gtest.h>

#include "system/postgres_figures.h"
#include "system/redis_figures.h"

namespace peregrine::system {
namespace {

using Scanned = record::LoadObserved::Scanned;

TEST(RedisFiguresTest, ReadsWhatInfoTells) {
  const RedisCounters all = parse_redis_info(
      "# Clients\r\nconnected_clients:3\r\n# Memory\r\nused_memory:1050000\r\n"
      "used_memory_human:1.00M\r\n# Stats\r\ntotal_commands_processed:17\r\n"
      "keyspace_hits:9\r\nkeyspace_misses:1\r\nevicted_keys:2\r\nexpired_keys:4\r\n");
  EXPECT_EQ(all.clients, 3U);
  EXPECT_EQ(all.memory_bytes, 1'050'000U);
  EXPECT_EQ(all.commands, 17U);
  EXPECT_EQ(all.hits, 9U);
  EXPECT_EQ(all.misses, 1U);
  EXPECT_EQ(all.evicted, 2U);
  EXPECT_EQ(all.expired, 4U);
  EXPECT_EQ(parse_redis_info("nothing\n:\n").hits, 0U);
}

TEST(PostgresFiguresTest, TellsScansOfManyRowsBetweenTwoReadings) {
  const std::vector<Scanned> before{{"big", 2, 20'000, 10'000, 1}, {"anew", 50, 90'000, 10, 1}};
  const auto between = scans_between(before, {{"big", 5, 50'000, 10'000, 1},
                                              {"small", 1000, 10'000, 10, 1},
                                              {"new", 1, 40'000, 40'000, 1},
                                              {"anew", 1, 5'000, 5'000, 1}});
  ASSERT_EQ(between.size(), 3U);
  EXPECT_EQ(between[0].table, "new");
  EXPECT_EQ(between[1].table, "big");
  EXPECT_EQ(between[1].scans, 3U);
  EXPECT_EQ(between[1].rows_each(), 10'000U);
  EXPECT_EQ(between[2].rows_read, 5'000U);
}

}  // namespace
}  // namespace peregrine::system
