// For tests: a private Redis with a proxy in front of it, and what the proxy has told.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "boundary/redis_proxy.h"
#include "net/redis.h"
#include "system/redis.h"

namespace peregrine::system {

using namespace std::chrono_literals;

class SeenCommands final : public boundary::CommandObserver {
 public:
  void command(const boundary::CommandSeen& seen) override { all.push_back(seen); }
  void lost(uint64_t connection, const std::string& why) override {
    losses.push_back(std::to_string(connection) + ": " + why);
  }
  const boundary::CommandSeen* find(std::string_view text) const {
    const auto found = std::ranges::find_if(all, [text](const boundary::CommandSeen& seen) {
      return seen.text.find(text) != std::string::npos;
    });
    return found == all.end() ? nullptr : &*found;
  }
  size_t count(std::string_view begin) const {
    return static_cast<size_t>(std::ranges::count_if(
        all, [begin](const boundary::CommandSeen& seen) { return seen.text.starts_with(begin); }));
  }
  std::vector<boundary::CommandSeen> all{};
  std::vector<std::string> losses{};
};

struct RedisStage {
  std::unique_ptr<boundary::Crossing> crossing{};
  std::unique_ptr<PrivateDirectory> directory{};
  std::unique_ptr<io::Reaper> reaper{};
  std::unique_ptr<PrivateRedis> redis{};
  std::unique_ptr<boundary::RedisProxy> proxy{};
};

inline io::Task<base::Result<RedisStage>> set_redis_stage(io::Loop& loop, SeenCommands& seen) {
  RedisStage stage;
  CO_TRY(PrivateDirectory directory, PrivateDirectory::create());
  stage.directory = std::make_unique<PrivateDirectory>(std::move(directory));
  CO_TRY(stage.reaper, io::Reaper::start(loop, stage.directory->path()));
  CO_TRY(stage.redis,
         co_await PrivateRedis::start(loop, *stage.reaper, *stage.directory, {}, {}, loop.in(30s)));
  const io::Address at{"127.0.0.1", 0, ""};
  stage.crossing = std::make_unique<boundary::Crossing>(loop);
  CO_TRY(stage.proxy, boundary::RedisProxy::open(loop, *stage.crossing,
                                                 {at, stage.redis->socket_path(), "redis", &seen}));
  co_return stage;
}

class RedisTest : public testing::Test {
 protected:
  void SetUp() override {
    auto stage = loop_.run(set_redis_stage(loop_, seen_));
    ASSERT_TRUE(stage) << stage.error().to_string();
    stage_ = std::move(*stage);
  }
  void TearDown() override {
    stage_.proxy.reset();
    stage_ = {};
    EXPECT_EQ(io::frames::alive(), 0U);
  }

  uint16_t port() const { return stage_.proxy->address().port; }
  std::string url() const { return stage_.redis->url_at("127.0.0.1", port()); }
  // What a shell script writes, and how it ended. In it cli, bench and straight are redis-cli and
  // redis-benchmark by way of the proxy, and redis-cli without it.
  std::string run(const std::string& script) {
    std::vector<std::string> env = io::inherited_environment();
    env.push_back("URL=" + url());
    env.push_back("REDISCLI_AUTH=" + stage_.redis->password());
    env.push_back("PORT=" + std::to_string(port()));
    env.push_back("SOCKET=" + stage_.redis->socket_path());
    env.push_back("PASSWORD=" + stage_.redis->password());
    const std::string names =
        "cli() { timeout 20 redis-cli -p $PORT \"$@\"; }\n"
        "straight() { timeout 20 redis-cli -s $SOCKET \"$@\"; }\n"
        "bench() { timeout 60 redis-benchmark -p $PORT -a $PASSWORD \"$@\"; }\n";
    const io::Command command{
        {"sh", "-c", names + script}, std::move(env), stage_.directory->path(), {}};
    const auto out = loop_.run(io::run_program(*stage_.reaper, command, loop_.in(90s)));
    if (!out) return out.error().to_string();
    std::string text;
    for (const std::string& line : out->lines) text += line + "\n";
    return text + (out->status.ok() ? "" : out->status.to_string());
  }

  std::unique_ptr<io::Loop> owned_ = *io::Loop::create();
  io::Loop& loop_ = *owned_;
  SeenCommands seen_;
  RedisStage stage_;
};

}  // namespace peregrine::system
