#include "net/redis.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "io/memory_stream.h"
#include "io/scope.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using base::Value;
using io::Deadline;
using io::Task;

// Answers commands from a list, in raw RESP; a command that finds no answer waits for ever. What
// was asked, in words.
class FakeRedis {
 public:
  FakeRedis(std::unique_ptr<io::Stream> stream, std::vector<std::string> answers)
      : stream_(std::move(stream)), answers_(std::move(answers)), scope_(stream_->loop()) {
    scope_.spawn(run());
  }
  std::vector<std::string> asked;

 private:
  Task<void> run() {
    wire::resp::CommandReader reader;
    std::vector<char> buffer(4096);
    for (;;) {
      Result<size_t> size = co_await stream_->receive(buffer, Deadline::never());
      if (!size || *size == 0) co_return;
      std::string_view rest(buffer.data(), *size);
      while (!rest.empty()) {
        rest.remove_prefix(*reader.feed(rest));
        if (!reader.done()) continue;
        std::string words;
        for (const std::string& word : reader.take()) words += (words.empty() ? "" : " ") + word;
        asked.push_back(words);
        if (asked.size() > answers_.size()) co_return;
        if (!co_await stream_->send(answers_[asked.size() - 1], Deadline::never())) co_return;
      }
    }
  }

  std::unique_ptr<io::Stream> stream_;
  std::vector<std::string> answers_;
  io::Scope scope_;
};

const std::string kHello = "%1\r\n$5\r\nproto\r\n:3\r\n";

class RedisTest : public testing::Test {
 protected:
  // Why it could not log in, or "".
  std::string connect(std::vector<std::string> answers, RedisLogin login = {}) {
    auto [near, far] = io::MemoryStream::pair(*loop_);
    server_ = std::make_unique<FakeRedis>(std::move(far), std::move(answers));
    Result<RedisConnection> made =
        loop_->run(RedisConnection::over(std::move(near), std::move(login), loop_->in(5s)));
    if (!made) return made.error().to_string();
    redis_ = std::make_unique<RedisConnection>(*std::move(made));
    return "";
  }
  static std::string shown(const Result<Value>& answer) {
    return answer ? base::to_json(*answer) : answer.error().to_string();
  }
  static Task<Result<Value>> ask(io::Loop& loop, RedisConnection& redis,
                                 RedisConnection::Command command, base::Duration within) {
    co_return co_await redis.command(std::move(command), loop.in(within));
  }
  static Task<Result<Value>> push(io::Loop& loop, RedisConnection& redis, base::Duration within) {
    co_return co_await redis.next_push(loop.in(within));
  }
  std::string command(RedisConnection::Command words, base::Duration within = 5s) {
    return shown(loop_->run(ask(*loop_, *redis_, std::move(words), within)));
  }
  std::string next_push(base::Duration within = 5s) {
    return shown(loop_->run(push(*loop_, *redis_, within)));
  }
  std::string subscribe(RedisConnection::Command words) {
    Result<> done = loop_->run(redis_->subscribe(std::move(words), loop_->in(5s)));
    return done ? "" : done.error().to_string();
  }
  void TearDown() override {
    redis_.reset();
    server_.reset();
    EXPECT_EQ(io::frames::alive(), 0U);
  }

  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
  std::unique_ptr<FakeRedis> server_;
  std::unique_ptr<RedisConnection> redis_;
};

using Lines = std::vector<std::string>;

TEST_F(RedisTest, LogsInWithRespThree) {
  EXPECT_EQ(connect({kHello, "+OK\r\n"}, {.user = "ann", .password = "x", .database = 3}), "");
  EXPECT_EQ(server_->asked, (Lines{"HELLO 3 AUTH ann x", "SELECT 3"}));
  EXPECT_EQ(redis_->version(), wire::resp::Version::resp3);
}

TEST_F(RedisTest, SpeaksRespTwoToServersThatAreOlder) {
  EXPECT_EQ(connect({"-ERR unknown command `HELLO`\r\n", "+OK\r\n"}, {.password = "x"}), "");
  EXPECT_EQ(server_->asked, (Lines{"HELLO 3 AUTH default x", "AUTH x"}));
  EXPECT_EQ(redis_->version(), wire::resp::Version::resp2);
  EXPECT_EQ(
      connect({"+OK\r\n"}, {.user = "a", .password = "b", .version = wire::resp::Version::resp2}),
      "");
  EXPECT_EQ(server_->asked, (Lines{"AUTH a b"}));
}

TEST_F(RedisTest, SaysWhatTheServerDidNotWant) {
  EXPECT_EQ(connect({"-WRONGPASS no\r\n"}), "Redis refuses HELLO: WRONGPASS no");
  EXPECT_EQ(connect({"-ERR unknown command\r\n", "-ERR bad\r\n"}, {.password = "x"}),
            "Redis refuses AUTH: ERR bad");
  EXPECT_EQ(connect({kHello, "-ERR DB index is out of range\r\n"}, {.database = 99}),
            "Redis refuses its database 99: ERR DB index is out of range");
}

TEST_F(RedisTest, AnErrorIsTheServersOwnWordsAndHarmsNothing) {
  connect({kHello, "-ERR no\r\n", "!5\r\nERR x\r\n", ":1\r\n"});
  EXPECT_EQ(command({"GET"}), "ERR no");
  EXPECT_EQ(command({"GET"}), "ERR x");
  EXPECT_EQ(command({"INCR", "a"}), "1");
  EXPECT_TRUE(redis_->usable());
}

TEST_F(RedisTest, CommandsWithoutOneAnswerAreNotSent) {
  connect({kHello});
  EXPECT_EQ(command({}), "a command of Redis has a name");
  for (const RedisConnection::Command& words : std::vector<RedisConnection::Command>{
           {"Subscribe", "c"}, {"MONITOR"}, {"PSYNC"}, {"client", "REPLY", "off"}}) {
    EXPECT_EQ(command(words), words[0] + " is no question with one answer, and is not sent as one");
  }
  EXPECT_EQ(server_->asked.size(), 1U);
  EXPECT_TRUE(redis_->usable());
}

TEST_F(RedisTest, ADeadlineThatPassesEndsTheConnection) {
  connect({kHello});
  EXPECT_EQ(command({"GET", "a"}, 10ms).substr(0, 26), "Redis did not answer GET: ");
  EXPECT_EQ(command({"GET", "a"}), "the connection to Redis was lost or given up");
}

TEST_F(RedisTest, ALostConnectionAndAnAnswerThatIsNoneEndIt) {
  connect({kHello});
  server_.reset();
  EXPECT_EQ(command({"GET", "a"}), "send: the connection is closed");
  EXPECT_FALSE(redis_->usable());
  connect({kHello, "what?\r\n"});
  EXPECT_NE(command({"GET", "a"}).find("Redis did not answer GET"), std::string::npos);
  EXPECT_FALSE(redis_->usable());
}

TEST_F(RedisTest, AnAnswerBeyondItsLimitsIsRefused) {
  connect({kHello, "$100\r\n"}, {.reply = {.bytes = 50}});
  EXPECT_NE(command({"GET", "a"}).find("50"), std::string::npos);
  EXPECT_FALSE(redis_->usable());
}

TEST_F(RedisTest, PushesWaitBetweenAnswers) {
  const std::string message = ">3\r\n+message\r\n+c\r\n+hi\r\n";
  const std::string confirmed = ">3\r\n+subscribe\r\n+c\r\n:1\r\n";
  connect(
      {kHello, message + ":1\r\n" + message, confirmed + message + confirmed, "-NOPERM no\r\n"});
  EXPECT_EQ(command({"INCR", "a"}), "1");
  EXPECT_EQ(next_push(), R"(["message","c","hi"])");
  EXPECT_EQ(next_push(), R"(["message","c","hi"])");
  EXPECT_EQ(subscribe({"SUBSCRIBE", "c", "d"}), "");
  EXPECT_EQ(next_push(), R"(["message","c","hi"])");
  EXPECT_EQ(subscribe({"SUBSCRIBE", "secret"}), "NOPERM no");
  EXPECT_EQ(next_push(5ms), "the time for it is over");
  EXPECT_TRUE(redis_->usable());
  EXPECT_NE(subscribe({"SUBSCRIBE"}), "");
  EXPECT_NE(subscribe({"GET", "a"}), "");
}

TEST_F(RedisTest, OfTooManyPushesTheOldestGo) {
  std::string many;
  for (size_t i = 0; i < kKeptPushes + 5; ++i) many += fmt::format(">1\r\n:{}\r\n", i);
  connect({kHello, many + "+OK\r\n"});
  EXPECT_EQ(command({"PING"}), "\"OK\"");
  EXPECT_EQ(redis_->dropped_pushes(), 5U);
  EXPECT_EQ(next_push(), "[5]");
}

TEST_F(RedisTest, AnAnswerThatNobodyAskedForEndsTheConnection) {
  connect({kHello, "+OK\r\n+again\r\n"});
  EXPECT_EQ(command({"PING"}), "\"OK\"");
  EXPECT_EQ(next_push(), "Redis gave an answer that nobody asked for");
  EXPECT_FALSE(redis_->usable());
}

TEST_F(RedisTest, AnswersAreReadWhileAPipelineIsStillSent) {
  const std::string large = fmt::format("${}\r\n{}\r\n", 100'000, std::string(100'000, 'x'));
  connect({kHello, large, large, large, "+OK\r\n"});
  std::vector<RedisConnection::Command> commands(3, {"ECHO", std::string(100'000, 'x')});
  auto answers = loop_->run(redis_->pipeline(std::move(commands), loop_->in(5s)));
  ASSERT_TRUE(answers) << answers.error().to_string();
  EXPECT_EQ(answers->size(), 3U);
  EXPECT_EQ(command({"PING"}), "\"OK\"");
}

TEST_F(RedisTest, APipelineHasABound) {
  connect({kHello});
  std::vector<RedisConnection::Command> commands(kMaxPipeline + 1, {"PING"});
  EXPECT_EQ(loop_->run(redis_->pipeline(std::move(commands), loop_->in(5s))).error().code,
            Code::invalid);
}

TEST(RedisUrl, SaysWhereAndAsWhom) {
  const auto read = [](std::string_view url) {
    Result<RedisTarget> target = parse_redis_url(url);
    if (!target) return std::string("refused");
    return fmt::format("{} {}:{} {}", target->address.to_string(), target->login.user,
                       target->login.password, target->login.database);
  };
  EXPECT_EQ(read("redis://"), "127.0.0.1:6379 : 0");
  EXPECT_EQ(read("redis://cache:1234/5"), "cache:1234 : 5");
  EXPECT_EQ(read("redis://cache?db=5"), "cache:6379 : 5");
  EXPECT_EQ(read("redis://:p%40ss@cache"), "cache:6379 :p@ss 0");
  EXPECT_EQ(read("redis://ann:x@[::1]:1/"), "[::1]:1 ann:x 0");
  EXPECT_EQ(read("unix:///run/r.sock?db=2"), "/run/r.sock : 2");
  EXPECT_EQ(read("redis+unix://:x@/run/r.sock"), "/run/r.sock :x 0");
  for (const char* url : {"", "cache:6379", "rediss://cache", "redis://cache:x", "redis://cache/x",
                          "redis://cache/-1", "redis://[::1]x", "unix://", "unix://host/path"}) {
    EXPECT_EQ(read(url), "refused") << url;
  }
}

}  // namespace
}  // namespace peregrine::net
