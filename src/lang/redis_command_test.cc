#include "lang/redis_command.h"

#include <gtest/gtest.h>

namespace peregrine::lang {
namespace {

TEST(RedisCommand, SomeWriteAndSomeChangeTheConnection) {
  for (std::string_view name : {"APPEND", "set", "Hset", "XREADGROUP", "ZUNIONSTORE"}) {
    EXPECT_TRUE(redis_writes(name)) << name;
    EXPECT_FALSE(redis_changes_connection(name)) << name;
  }
  for (std::string_view name : {"AUTH", "client", "Multi", "SELECT", "WATCH"}) {
    EXPECT_FALSE(redis_writes(name)) << name;
    EXPECT_TRUE(redis_changes_connection(name)) << name;
  }
  for (std::string_view name : {"", "GET", "EVAL", "ZRANGE", "BITFIELD_RO"}) {
    EXPECT_FALSE(redis_writes(name)) << name;
    EXPECT_FALSE(redis_changes_connection(name)) << name;
  }
}

}  // namespace
}  // namespace peregrine::lang
