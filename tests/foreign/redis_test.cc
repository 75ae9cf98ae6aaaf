// Redis' own clients against a small server in memory, made of our codec and our sockets.
#include <gtest/gtest.h>

#include "io/foreign_program.h"
#include "memory_redis.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Result;
using io::Loop;

class RedisClientsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"redis-benchmark", "redis-cli"}) {
      if (!io::ForeignProgram::installed(program)) GTEST_SKIP() << program << " is not installed";
    }
  }
  void TearDown() override {
    redis_.reset();
    EXPECT_EQ(io::frames::alive(), 0U);
  }
  // What a shell says; PORT stands for the server's.
  std::string shell(std::string command) {
    for (size_t at = 0; (at = command.find("PORT")) != std::string::npos;) {
      command.replace(at, 4, std::to_string(redis_->port()));
    }
    Result<std::string> said = loop_->run(io::output_of(*loop_, std::move(command)));
    return said ? *said : said.error().to_string();
  }
  std::string cli(const std::string& arguments) {
    return shell("timeout 10 redis-cli --no-raw -p PORT " + arguments);
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  std::unique_ptr<MemoryRedis> redis_ = std::make_unique<MemoryRedis>(*loop_);
};

TEST_F(RedisClientsTest, BenchmarkPipelinesItsCommands) {
  for (const std::string version : {"", "-3 "}) {
    for (const std::string size : {"-d 3", "-d 20000 -k 0"}) {
      redis_->counts.clear();
      const bool large = size != "-d 3";
      const int requests = large ? 64 : 3000;
      const std::string said = shell(
          fmt::format("timeout 60 redis-benchmark -p PORT {}{} -n {} -c 16 -P 16 --csv -t "
                      "ping,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,mset",
                      version, size, requests));
      for (const char* test : {"PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "LPUSH", "RPUSH",
                               "LPOP", "RPOP", "SADD", "HSET", "SPOP", "ZADD", "ZPOPMIN"}) {
        EXPECT_NE(said.find(fmt::format("\n\"{}\",\"", test)), std::string::npos) << said;
      }
      EXPECT_EQ(said.find("rror"), std::string::npos) << said;
      EXPECT_GE(redis_->counts["PING"], 2 * requests) << size;
      for (const char* command : {"SET", "GET", "INCR", "LPUSH", "RPUSH", "LPOP", "RPOP", "SADD",
                                  "HSET", "SPOP", "ZADD", "ZPOPMIN", "MSET"}) {
        EXPECT_GE(redis_->counts[command], requests) << command << " " << size;
        EXPECT_LT(redis_->counts[command], requests + 16 * 16) << command << " " << size;
      }
      EXPECT_EQ(redis_->broken, "");
      EXPECT_EQ(redis_->value("key:__rand_int__").size(), large ? 20'000U : 3U);
    }
  }
}

TEST_F(RedisClientsTest, BenchmarkReadsLongLists) {
  const std::string said =
      shell("timeout 60 redis-benchmark -p PORT -n 320 -c 4 -P 16 --csv -t lrange");
  EXPECT_NE(said.find("\"LRANGE_600 (first 600 elements)\",\""), std::string::npos) << said;
  EXPECT_GE(redis_->counts["LRANGE"], 4 * 320);
  EXPECT_EQ(redis_->broken, "");
}

TEST_F(RedisClientsTest, CliSeesTheTypesOfResp3) {
  EXPECT_EQ(cli("-3 SET 'a key' 'é \"x\"'"), "OK\n");
  EXPECT_EQ(cli("-3 GET 'a key'"), "\"\\xc3\\xa9 \\\"x\\\"\"\n");
  EXPECT_EQ(cli("-3 GET none"), "(nil)\n");
  EXPECT_EQ(cli("-3 INCR n"), "(integer) 1\n");
  EXPECT_EQ(cli("-3 HSET h a 1 b 2"), "(integer) 2\n");
  EXPECT_EQ(cli("-3 HGETALL h"), "1# \"a\" => \"1\"\n2# \"b\" => \"2\"\n");
  EXPECT_EQ(cli("HGETALL h"), "1) \"a\"\n2) \"1\"\n3) \"b\"\n4) \"2\"\n");
  EXPECT_EQ(cli("-3 SADD s x y"), "(integer) 2\n");
  EXPECT_EQ(cli("-3 SMEMBERS s"), "1~ \"x\"\n2~ \"y\"\n");
  EXPECT_EQ(cli("-3 ZADD z 1.5 m"), "(integer) 1\n");
  EXPECT_EQ(cli("-3 ZSCORE z m"), "(double) 1.5\n");
  EXPECT_EQ(cli("ZSCORE z m"), "\"1.5\"\n");
  EXPECT_EQ(cli("-3 SISMEMBER s x"), "(true)\n");
  EXPECT_EQ(cli("SISMEMBER s x"), "(integer) 1\n");
  EXPECT_EQ(cli("-3 NONE").substr(0, 27), "(error) ERR unknown command");
  EXPECT_EQ(redis_->broken, "");
}

TEST_F(RedisClientsTest, CliHearsPushes) {
  const std::string said = cli("-3 SUBSCRIBE news");
  EXPECT_NE(said.find("1) \"subscribe\"\n2) \"news\"\n3) (integer) 1\n"
                      "1) \"message\"\n2) \"news\"\n3) \"hello\"\n"),
            std::string::npos)
      << said;
}

TEST_F(RedisClientsTest, CliFillsTheServerInOneGo) {
  const std::string said = shell(
      "for i in $(seq 1 20000); do echo \"SET key:$i 'value $i'\"; done | "
      "timeout 30 redis-cli -3 -p PORT --pipe");
  EXPECT_NE(said.find("errors: 0, replies: 20000\n"), std::string::npos) << said;
  EXPECT_EQ(redis_->value("key:777"), "value 777");
}

}  // namespace
}  // namespace peregrine::net
