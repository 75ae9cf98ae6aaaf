#include "system/redis.h"

#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "system/loopback.h"
#include "system/redis_fixture.h"

namespace peregrine::system {
namespace {

using base::Code;
using base::Result;

TEST_F(RedisTest, WantsItsPasswordAndKeepsItToItself) {
  EXPECT_EQ(run("straight ping; env -u REDISCLI_AUTH redis-cli -s $SOCKET ping; "
                "ps -C redis-server -o args= | grep -c $PASSWORD; "
                "straight config get save; straight config get appendonly; straight dbsize"),
            "PONG\nNOAUTH Authentication required.\n\n0\nsave\n\nappendonly\nno\n0\n");
}

TEST_F(RedisTest, NobodyElseReachesItsFiles) {
  const std::filesystem::path folder =
      std::filesystem::path(stage_.redis->socket_path()).parent_path();
  struct stat found{};
  ASSERT_EQ(stat(folder.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 077, 0U);
  ASSERT_EQ(stat((folder / "redis.conf").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 077, 0U);
}

TEST_F(RedisTest, ItsEndIsNoticed) {
  EXPECT_EQ(stage_.redis->ended(), std::nullopt);
  ASSERT_TRUE(stage_.redis->process().kill(SIGKILL));
  (void)loop_.run(stage_.redis->process().wait(loop_.in(5s)));
  EXPECT_EQ(stage_.redis->ended(), "was ended by SIGKILL");
}

TEST_F(RedisTest, IsStoppedAndLeavesNothing) {
  EXPECT_EQ(run("straight set a 1"), "OK\n");
  loop_.run(stage_.redis->stop(loop_.in(5s)));
  EXPECT_EQ(stage_.redis->ended(), "ended with code 0");
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(stage_.redis->socket_path()).parent_path())) {
    EXPECT_EQ(entry.path().filename(), "redis.conf");
    ++files;
  }
  EXPECT_EQ(files, 1U);
}

io::Task<Result<std::unique_ptr<PrivateRedis>>> start_direct(io::Loop& loop, RedisStage& stage,
                                                             io::Address at) {
  RedisOptions options{"direct"};
  options.listen = std::move(at);
  co_return co_await PrivateRedis::start(loop, *stage.reaper, *stage.directory, std::move(options),
                                         {}, loop.in(5s));
}

TEST_F(RedisTest, WithoutAProxyItIsReachedOnItsAddressAloneAndWantsThePassword) {
  const io::Address at{*own_loopback_address(), *free_port(), ""};
  {
    const auto redis = loop_.run(start_direct(loop_, stage_, at));
    ASSERT_TRUE(redis) << redis.error().to_string();
    const std::string to = fmt::format("-h {} -p {}", at.host, at.port);
    const std::string elsewhere = fmt::format("-h 127.0.0.1 -p {}", at.port);
    EXPECT_EQ(run(fmt::format("REDISCLI_AUTH={} redis-cli {} ping; "
                              "env -u REDISCLI_AUTH redis-cli {} ping; "
                              "redis-cli {} ping 2>&1 | grep -o 'Connection refused'",
                              (*redis)->password(), to, to, elsewhere)),
              "PONG\nNOAUTH Authentication required.\n\nConnection refused\n");
  }
}

io::Task<Result<>> start_another(io::Loop& loop, RedisStage& stage, std::string program) {
  RedisOptions options{"another", std::move(program)};
  CO_TRY(auto redis, co_await PrivateRedis::start(loop, *stage.reaper, *stage.directory,
                                                  std::move(options), {}, loop.in(5s)));
  co_return Result<>{};
}

TEST_F(RedisTest, AServerThatDoesNotStartSaysWhy) {
  const Result<> ended = loop_.run(start_another(loop_, stage_, "/bin/cat"));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Code::failed);
  EXPECT_EQ(ended.error().text.substr(0, 70),
            "Redis ended with code 0; the end of its log:\n    port 0\n    unixsocket");
}

}  // namespace
}  // namespace peregrine::system
