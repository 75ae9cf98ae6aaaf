// The Redis boundary against foreign peers: redis-cli, redis-benchmark and Python's client on one
// side, a real server on the other.
#include "boundary/redis_proxy.h"

#include <csignal>
#include <cstdlib>

#include "system/redis_fixture.h"

namespace peregrine::system {
namespace {

using base::Result;
using boundary::CommandSeen;

TEST_F(RedisTest, CarriesRedisCliAndTellsItsCommands) {
  EXPECT_EQ(run("cli set a 'two words'; cli get a; cli incr a"),
            "OK\ntwo words\nERR value is not an integer or out of range\n\n");
  const CommandSeen* set = seen_.find("set a");
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(set->text, "set a \"two words\"");
  EXPECT_EQ(set->outcome, "OK");
  EXPECT_GT(set->duration, 0ns);
  EXPECT_EQ(seen_.find("incr a")->outcome, "ERR value is not an integer or out of range");
  EXPECT_TRUE(seen_.find("incr a")->failed);
  for (const CommandSeen& seen : seen_.all) {
    EXPECT_EQ((seen.text + seen.outcome).find(stage_.redis->password()), std::string::npos);
  }
  EXPECT_EQ(seen_.find("AUTH")->text, "AUTH ***");
}

// Commands of every kind, whose answers do not depend on when they are asked.
constexpr std::string_view kCommands = R"sh(flushall
function flush
set a 1
incrbyfloat a 1.5
mset b 2 c 3
mget a b c d
rpush l 1 2 3 4 5
lrange l 0 -1
hset h f 1 g 2
hgetall h
sadd s x
smembers s
zadd z 1.5 a 2 b
zrange z 0 -1 withscores
zmscore z a none
multi
incr b
lpush b 1
exec
multi
set x
exec
multi
get a
discard
eval "return {1, 'two', {3, redis.call('get', KEYS[1])}}" 1 b
eval "return redis.error_reply('OWN mistake')" 0
eval "redis.setresp(3) return redis.call('hgetall', 'h')" 0
function load "#!lua name=lib\nredis.register_function('twice', function(k, a) return a[1] * 2 end)"
fcall twice 0 21
evalsha 0123456789012345678901234567890123456789 0
object encoding l
xadd st 1-1 f v
xrange st - +
geoadd places 13.4 52.5 berlin
geopos places berlin nowhere
setrange big 100000 x
strlen big
getrange big 99990 -1
debug sleep 0
select 3
set other 1
dbsize
blpop none 0.05
nosuchcommand a b
get
)sh";

TEST_F(RedisTest, RedisCliSeesThroughItWhatItSeesWithoutIt) {
  for (const char* version : {"-2", "-3"}) {
    seen_.all.clear();
    EXPECT_EQ(run(fmt::format("cat >commands.txt <<'END'\n{}END\n"
                              "straight {} <commands.txt >direct.txt 2>&1;"
                              "cli {} <commands.txt >through.txt 2>&1;"
                              "diff --text direct.txt through.txt && grep -c OWN through.txt",
                              kCommands, version, version)),
              "1\n")
        << version;
    for (const auto& [text, outcome] :
         {std::pair{"incrbyfloat", "\"2.5\""},
          {"mget", "[2.5, 2, 3, (nil)]"},
          {"incr b;", "[3, WRONGTYPE Operation against a key holding the wrong kind of value]"},
          {"fcall", "42"},
          {"blpop none", "(nil)"},
          {"getrange", "\"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00x\""}}) {
      const CommandSeen* seen = seen_.find(text);
      ASSERT_NE(seen, nullptr) << text;
      EXPECT_EQ(seen->outcome, outcome) << text;
    }
    EXPECT_TRUE(seen_.losses.empty()) << seen_.losses.front();
  }
}

TEST_F(RedisTest, CarriesBenchmarkWithPipelines) {
  for (const char* version : {"", "-3"}) {
    seen_.all.clear();
    const std::string said =
        run(fmt::format("bench {} -n 2000 -c 20 -P 16 -q -t set,get,lrange_100,mset", version));
    EXPECT_EQ(said.find("rror"), std::string::npos) << said;
    EXPECT_NE(said.find("MSET (10 keys): "), std::string::npos) << said;
    EXPECT_GE(seen_.count("SET key:"), 2000U);
    EXPECT_GE(seen_.count("GET key:"), 2000U);
    EXPECT_GE(seen_.count("LRANGE mylist"), 2000U);
    EXPECT_GE(seen_.count("MSET key:"), 2000U);
    EXPECT_EQ(seen_.find("MSET key:")->outcome, "OK");
    EXPECT_TRUE(seen_.losses.empty()) << seen_.losses.front();
  }
}

TEST_F(RedisTest, CarriesValuesLargerThanItsBuffers) {
  EXPECT_EQ(run("head -c 20000000 /dev/zero | tr '\\0' y | cli -x set big; cli get big | wc -c;"
                "cli strlen big"),
            "OK\n20000001\n20000000\n");
  EXPECT_EQ(seen_.find("get big")->outcome.substr(0, 4), "\"yyy");
  EXPECT_LT(seen_.find("set big")->text.size(), 300U);
}

TEST_F(RedisTest, CarriesMassInsertion) {
  EXPECT_EQ(run("for i in $(seq 100000); do echo \"SET key:$i $i\"; done | cli --pipe | tail -1;"
                "cli dbsize"),
            "errors: 0, replies: 100000\n100000\n");
  EXPECT_EQ(seen_.count("SET key:"), 100'000U);
  EXPECT_TRUE(seen_.losses.empty()) << seen_.losses.front();
}

TEST_F(RedisTest, CarriesMessagesMonitorAndBlockingCommands) {
  EXPECT_EQ(run("(timeout 1.5 redis-cli -p $PORT subscribe news | tail -n +4 >heard.txt) &"
                "(timeout 1.5 redis-cli -p $PORT monitor | grep -c publish >monitored.txt) &"
                "(cli brpop queue 5 >popped.txt) &"
                "sleep 0.7; cli publish news hello; cli lpush queue job; wait;"
                "cat heard.txt monitored.txt popped.txt"),
            "1\n1\nmessage\nnews\nhello\n1\nqueue\njob\n");
  ASSERT_NE(seen_.find("message news hello"), nullptr);
  EXPECT_TRUE(seen_.find("message news hello")->pushed);
  EXPECT_EQ(seen_.find("brpop")->outcome, "[queue, job]");
  EXPECT_GT(seen_.find("brpop")->duration, 100ms);
  EXPECT_EQ(seen_.count("publish"), 1U);
}

// redis-py: RESP2 on connections of a pool, with scripts, pipelines and its own pub/sub.
constexpr std::string_view kPython = R"sh(
import os, redis
r = redis.Redis.from_url(os.environ["URL"], decode_responses=True)
p = r.pubsub()
p.subscribe("news"); p.psubscribe("n*")
print([p.get_message(timeout=2)["type"] for _ in range(2)])
r.publish("news", "hello")
print(sorted(p.get_message(timeout=2)["type"] for _ in range(2)))
p.unsubscribe(); p.punsubscribe(); p.close()
with r.pipeline() as pipe:
    print(pipe.set("a", 1).incr("a").lrange("none", 0, -1).execute())
print(r.register_script("return ARGV[1] + redis.call('get', KEYS[1])")(keys=["a"], args=[40]))
print(r.blpop("none", timeout=1))
with r.lock("lock", timeout=5): print("locked", 0 < r.pttl("lock") <= 5000)
def take(pipe):
    n = int(pipe.get("a"))
    pipe.multi(); pipe.set("a", n + 1)
print(r.transaction(take, "a"), r.get("a"))
)sh";

TEST_F(RedisTest, CarriesPythonsClient) {
  // Debian's own: another python3 before it in PATH does not have its modules.
  if (std::system("PATH=/usr/bin:$PATH python3 -c 'import redis' 2>/dev/null") != 0) {
    GTEST_SKIP() << "python3-redis is not installed";
  }
  EXPECT_EQ(run(fmt::format("PATH=/usr/bin:$PATH python3 - <<'END'\n{}END\n", kPython)),
            "['subscribe', 'psubscribe']\n['message', 'pmessage']\n[True, 2, []]\n42\nNone\n"
            "locked True\n[True] 3\n");
  EXPECT_NE(seen_.find("MULTI; SET a 1; INCRBY a 1; LRANGE none 0 -1; EXEC"), nullptr);
  EXPECT_EQ(seen_.find("MULTI; SET a 1")->outcome, "[OK, 2, []]");
  EXPECT_TRUE(seen_.losses.empty()) << seen_.losses.front();
}

io::Task<Result<>> lose_the_server(io::Loop& loop, RedisStage& stage, std::string url) {
  CO_TRY(const net::RedisTarget to, net::parse_redis_url(url));
  CO_TRY(auto db, co_await net::RedisConnection::connect(loop, to, loop.in(5s)));
  CO_TRY_OK(stage.redis->process().kill(SIGKILL));
  (void)co_await stage.redis->process().wait(loop.in(5s));
  const auto answer = co_await db.command({"GET", "a"}, loop.in(5s));
  EXPECT_FALSE(answer);
  const auto next = co_await net::RedisConnection::connect(loop, to, loop.in(5s));
  EXPECT_FALSE(next);
  co_return Result<>{};
}

TEST_F(RedisTest, AKilledServerClosesItsClients) {
  const Result<> done = loop_.run(lose_the_server(loop_, stage_, url()));
  EXPECT_TRUE(done) << done.error().to_string();
  for (int i = 0; i < 100 && stage_.proxy->connections() > 0; ++i) {
    (void)loop_.run(loop_.sleep(10ms));
  }
  EXPECT_EQ(stage_.proxy->connections(), 0U);
}

}  // namespace
}  // namespace peregrine::system
