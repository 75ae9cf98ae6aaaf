#include "system/redis_snapshot.h"

#include "system/redis_fixture.h"

namespace peregrine::system {
namespace {

using base::Result;

class RedisSnapshotTest : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    auto connection = loop_.run(stage_.redis->connect(loop_.in(5s)));
    ASSERT_TRUE(connection) << connection.error().to_string();
    connection_ = std::make_unique<net::RedisConnection>(*std::move(connection));
  }
  void TearDown() override {
    connection_.reset();
    RedisTest::TearDown();
  }
  RedisSnapshot take() {
    auto snapshot = loop_.run(RedisSnapshot::take(*connection_, loop_.in(5s)));
    EXPECT_TRUE(snapshot) << snapshot.error().to_string();
    return *std::move(snapshot);
  }
  std::string restore(RedisSnapshot& snapshot) {
    const Result<> restored = loop_.run(snapshot.restore(*connection_, loop_.in(5s)));
    return restored ? "" : restored.error().to_string();
  }

  std::unique_ptr<net::RedisConnection> connection_;
};

// All that can be seen of each database, but for the times that keys have to live. (A set of
// several that is a hash table is dumped in any order, so that none is here.)
constexpr std::string_view kLook = R"sh(
for db in 0 1 3 15; do
  echo "db $db"
  for key in $(straight -n $db --scan | sort); do
    echo "$key $(straight -n $db type $key) $(straight -n $db dump $key | cksum)"
  done
done
)sh";

TEST_F(RedisSnapshotTest, EveryTypeInEveryDatabaseIsPutBack) {
  EXPECT_EQ(run(R"sh(
straight set text "some text"; straight setbit bits 100000 1
printf '\000\377\r\n' | straight -x set binary
straight rpush list a b c; straight sadd set a; straight hset hash f 1 g 2
straight zadd sorted 1.5 a -inf b; straight xadd stream 1-1 f v; straight xgroup create stream g 0
straight xreadgroup group g c streams stream '>'
straight pfadd counter a b c; straight geoadd places 13.4 52.5 berlin
straight set brief 1 ex 100; straight -n 3 set other 1 px 50000; straight -n 15 hset h f v
straight -n 3 rpush many $(seq 10000); true
)sh")
                .find("ERR"),
            std::string::npos);
  const std::string before = run(std::string(kLook));
  RedisSnapshot snapshot = take();
  EXPECT_EQ(snapshot.keys(), 14U);
  EXPECT_EQ(run(R"sh(
straight append text more; straight del bits binary; straight lpop list; straight sadd set new
straight del hash; straight set hash 'of another type'; straight zincrby sorted 1 a
straight xadd stream '*' f v; straight xack stream g 1-1; straight xgroup destroy stream g
straight pfadd counter d; straight persist brief; straight -n 3 expire other 1
straight -n 3 ltrim many 0 0; straight -n 15 flushdb; straight -n 1 set new 1; straight set more 1
straight swapdb 0 1; true
)sh")
                .find("ERR"),
            std::string::npos);
  EXPECT_NE(run(std::string(kLook)), before);
  const base::Instant begin = base::monotonic_now();
  EXPECT_EQ(restore(snapshot), "");
  RecordProperty("restore_us", static_cast<int>((base::monotonic_now() - begin).count() / 1000));
  EXPECT_EQ(run(std::string(kLook)), before);
  EXPECT_EQ(run("[ $(straight ttl brief) -gt 60 ] && [ $(straight -n 3 ttl other) -gt 20 ] && "
                "straight ttl text"),
            "-1\n");
  EXPECT_EQ(run("straight xpending stream g"), "1\n1-1\n1-1\nc\n1\n");
}

TEST_F(RedisSnapshotTest, AnEmptyOneIsEmptiedInEveryDatabase) {
  RedisSnapshot snapshot = take();
  EXPECT_EQ(snapshot.keys(), 0U);
  EXPECT_EQ(run("straight set a 1; straight -n 7 rpush l 1; straight script load 'return 1'"),
            "OK\n1\ne0e1f9fabfc9d4800c877a703b823ac0578ff8db\n");
  EXPECT_EQ(restore(snapshot), "");
  EXPECT_EQ(run("straight dbsize; straight -n 7 dbsize;"
                "straight evalsha e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0"),
            "0\n0\n1\n");
}

TEST_F(RedisSnapshotTest, WritesAreNotHeldBackAfterwards) {
  EXPECT_EQ(run("straight set a 1"), "OK\n");
  (void)take();
  EXPECT_EQ(run("straight set a 2; straight client list | grep -c ' db=0 '"), "OK\n2\n");
}

io::Task<void> restore_after(io::Loop& loop, base::Duration delay, RedisSnapshot& snapshot,
                             net::RedisConnection& connection, Result<>& restored) {
  if (!co_await loop.sleep(delay)) co_return;
  restored = co_await snapshot.restore(connection, loop.in(5s));
}

// One who waits at a consumer group goes on waiting, and gets what comes.
TEST_F(RedisSnapshotTest, WhoWaitsAtAStreamGoesOnWaiting) {
  EXPECT_EQ(run("cli xgroup create jobs workers 0 mkstream"), "OK\n");
  RedisSnapshot snapshot = take();
  Result<> restored = base::fail(base::Code::failed, "it was not tried");
  io::Scope scope(loop_);
  scope.spawn(restore_after(loop_, 300ms, snapshot, *connection_, restored));
  EXPECT_EQ(run("cli xreadgroup group workers w block 5000 streams jobs '>' | tail -2 & "
                "sleep 0.8; cli xadd jobs 5-1 what paint; wait"),
            "5-1\nwhat\npaint\n");
  EXPECT_TRUE(restored) << restored.error().to_string();
}

}  // namespace
}  // namespace peregrine::system
