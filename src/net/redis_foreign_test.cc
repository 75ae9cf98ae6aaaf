// Against a private redis-server. Skipped where there is none.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/json.h"
#include "net/redis.h"
#include "wire/foreign_peer.h"

namespace peregrine::net {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using base::Result;
using base::Value;
using io::Task;

// Without persistence, on a port and a Unix socket, with a password and a user who may only read.
class RedisForeignTest : public testing::Test {
 protected:
  RedisForeignTest() {
    std::string name = (fs::temp_directory_path() / "peregrine-redis-XXXXXX").string();
    base::check(mkdtemp(name.data()) != nullptr, "no folder for the test");
    folder_ = name;
    port_ = wire::foreign::Socket::listening().port();
    server_.emplace(std::vector<std::string>{"redis-server", "--port",    std::to_string(port_),
                                             "--bind",       "127.0.0.1", "--unixsocket",
                                             socket(),       "--save",    "",
                                             "--appendonly", "no",        "--requirepass",
                                             "secret",       "--dir",     folder_.string(),
                                             "--user",       "reader",    "on",
                                             ">only",        "~*",        "+@read",
                                             "+hello"});
    if (!server_->started()) return;
    const base::Instant end = base::monotonic_now() + 10s;
    while (!connected("unix://:secret@" + socket()) && base::monotonic_now() < end) {
      (void)loop_->run(loop_->sleep(5ms));
    }
  }
  ~RedisForeignTest() override {
    server_.reset();
    fs::remove_all(folder_);
  }
  void SetUp() override {
    if (!server_->started()) GTEST_SKIP() << "there is no redis-server";
  }

  std::string socket() const { return (folder_ / "socket").string(); }
  Result<RedisConnection> connected(const std::string& url) {
    Result<RedisTarget> target = parse_redis_url(url);
    EXPECT_TRUE(target) << url;
    return loop_->run(RedisConnection::connect(*loop_, *std::move(target), loop_->in(5s)));
  }
  RedisConnection connected() { return *connected("unix://:secret@" + socket()); }
  std::string ask(RedisConnection& redis, RedisConnection::Command command) {
    Result<Value> answer = loop_->run(redis.command(std::move(command), loop_->in(5s)));
    return answer ? base::to_json(*answer) : answer.error().to_string();
  }

  fs::path folder_;
  uint16_t port_ = 0;
  std::optional<wire::foreign::Program> server_;
  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
};

TEST_F(RedisForeignTest, LogsInOverBothKindsOfSockets) {
  Result<RedisConnection> tcp = connected(fmt::format("redis://:secret@localhost:{}/2", port_));
  ASSERT_TRUE(tcp) << tcp.error().to_string();
  EXPECT_EQ(tcp->version(), wire::resp::Version::resp3);
  EXPECT_EQ(ask(*tcp, {"SET", "a", "1"}), "\"OK\"");
  RedisConnection local = connected();
  EXPECT_EQ(ask(local, {"GET", "a"}), "null");
  EXPECT_EQ(ask(local, {"SELECT", "2"}), "\"OK\"");
  EXPECT_EQ(ask(local, {"GET", "a"}), "\"1\"");
}

TEST_F(RedisForeignTest, ARefusedLoginSaysWhy) {
  for (const char* login : {"", ":wrong@", "nobody:x@"}) {
    Result<RedisConnection> refused =
        connected(fmt::format("redis://{}127.0.0.1:{}", login, port_));
    if (*login == '\0') {
      // Redis lets anyone say HELLO without AUTH, and refuses what comes then.
      ASSERT_FALSE(refused && ask(*refused, {"GET", "a"}).find("NOAUTH") == std::string::npos);
      continue;
    }
    ASSERT_FALSE(refused) << login;
    EXPECT_NE(refused.error().to_string().find("WRONGPASS"), std::string::npos)
        << refused.error().to_string();
  }
  Result<RedisConnection> reader = connected("unix://reader:only@" + socket());
  ASSERT_TRUE(reader) << reader.error().to_string();
  EXPECT_EQ(ask(*reader, {"GET", "a"}), "null");
  EXPECT_EQ(ask(*reader, {"SET", "a", "1"}).substr(0, 6), "NOPERM");
}

TEST_F(RedisForeignTest, AnswersHaveTheirTypes) {
  RedisConnection redis = connected();
  ask(redis, {"HSET", "h", "a", "1", "b", "2"});
  ask(redis, {"ZADD", "z", "1.5", "m"});
  ask(redis, {"SADD", "s", "x"});
  EXPECT_EQ(ask(redis, {"HGETALL", "h"}), R"({"a":"1","b":"2"})");
  EXPECT_EQ(ask(redis, {"ZSCORE", "z", "m"}), "1.5");
  EXPECT_EQ(ask(redis, {"SMEMBERS", "s"}), R"(["x"])");
  EXPECT_EQ(ask(redis, {"EVAL", "redis.setresp(3); return {1, true, 'a', {double=0.25}}", "0"}),
            R"([1,true,"a",0.25])");
  EXPECT_EQ(ask(redis, {"INCR", "h"}).substr(0, 9), "WRONGTYPE");
  const std::string binary("\0\xff\r\n", 4);
  ask(redis, {"SET", "b", binary});
  Result<Value> bytes = loop_->run(redis.command({"GET", "b"}, loop_->in(5s)));
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, Value(base::Bytes{binary}));
}

TEST_F(RedisForeignTest, APipelineMayBeLargerThanWhatIsOnTheWay) {
  RedisConnection redis = connected();
  std::vector<RedisConnection::Command> commands{{"SET", "big", std::string(1 << 20, 'x')}};
  for (int i = 0; i < 30; ++i) commands.push_back({"GET", "big"});
  commands.push_back({"INCR", "big"});
  auto answers = loop_->run(redis.pipeline(std::move(commands), loop_->in(10s)));
  ASSERT_TRUE(answers) << answers.error().to_string();
  ASSERT_EQ(answers->size(), 32U);
  EXPECT_EQ((*answers)[30]->as_text().size(), 1U << 20);
  EXPECT_EQ((*answers)[31].error().code, base::Code::refused);
  EXPECT_EQ(loop_->run(redis.pipeline({}, loop_->in(1s)))->size(), 0U);
  EXPECT_TRUE(redis.usable());
}

TEST_F(RedisForeignTest, MessagesOfChannelsCome) {
  RedisConnection listener = connected();
  RedisConnection speaker = connected();
  ASSERT_TRUE(loop_->run(listener.subscribe({"SUBSCRIBE", "news", "other"}, loop_->in(5s))));
  ASSERT_TRUE(loop_->run(listener.subscribe({"PSUBSCRIBE", "n*"}, loop_->in(5s))));
  EXPECT_EQ(ask(speaker, {"PUBLISH", "news", "hello"}), "2");
  EXPECT_EQ(base::to_json(*loop_->run(listener.next_push(loop_->in(5s)))),
            R"(["message","news","hello"])");
  EXPECT_EQ(ask(listener, {"GET", "none"}), "null");
  EXPECT_EQ(base::to_json(*loop_->run(listener.next_push(loop_->in(5s)))),
            R"(["pmessage","n*","news","hello"])");
  ASSERT_TRUE(loop_->run(listener.subscribe({"UNSUBSCRIBE", "news"}, loop_->in(5s))));
  EXPECT_EQ(ask(speaker, {"PUBLISH", "news", "again"}), "1");
}

TEST_F(RedisForeignTest, NothingListensThere) {
  Result<RedisConnection> none = connected("unix://" + socket() + "x");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().text, "no connection to the Redis at " + socket() + "x");
}

}  // namespace
}  // namespace peregrine::net
