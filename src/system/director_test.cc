// A director at the boundaries of PostgreSQL and Redis: what it holds, delays, drops and closes, as
// the service's client and the server see it.
#include <gtest/gtest.h>

#include "system/postgres_director_fixture.h"
#include "system/redis_fixture.h"

namespace peregrine::system {
namespace {

TEST_F(PostgresDirectorTest, IsAskedTwiceForEachOperationAndToldOnce) {
  EXPECT_EQ(*loop_.run(ask(*stage_.client, "SELECT 1", loop_.in(5s))), "1");
  EXPECT_EQ(leader_.told(),
            "request SELECT 1; answer SELECT 1; settled SELECT 1: answered SELECT 1");
  EXPECT_FALSE(loop_.run(ask(*stage_.client, "SELECT 1/0", loop_.in(5s))));
  EXPECT_TRUE(leader_.told().ends_with("answered ERROR 22012: division by zero"));
}

TEST_F(PostgresDirectorTest, AHeldRequestReachesTheServerWhenItIsReleased) {
  Going going(loop_);
  going.ask(*stage_.client, "INSERT INTO t VALUES (1) RETURNING 'held'");
  wait_for([&] { return leader_.last != 0; });
  (void)loop_.run(loop_.sleep(50ms));
  EXPECT_FALSE(going.result);
  EXPECT_EQ(straight("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT%'"), "0");
  crossing_.release(leader_.last);
  wait_for([&] { return going.result.has_value(); });
  EXPECT_EQ(**going.result, "held");
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "1");
}

TEST_F(PostgresDirectorTest, AHeldStatementHasNotBegunForTheServer) {
  ASSERT_TRUE(loop_.run(ask(*stage_.client, "SET statement_timeout = '400ms'", loop_.in(5s))));
  Going going(loop_);
  going.ask(*stage_.client, "SELECT 'held'");
  wait_for([&] { return leader_.last != 0; });
  (void)loop_.run(loop_.sleep(500ms));
  crossing_.release(leader_.last);
  wait_for([&] { return going.result.has_value(); });
  ASSERT_TRUE(*going.result) << going.result->error().to_string();
  EXPECT_EQ(**going.result, "held");
}

TEST_F(PostgresDirectorTest, AHeldAnswerHasHappened) {
  leader_.at = Point::answer;
  Going going(loop_);
  going.ask(*stage_.client, "INSERT INTO t VALUES (1) RETURNING 'held'");
  wait_for([&] { return leader_.last != 0; });
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "1");
  EXPECT_FALSE(going.result);
  crossing_.release(leader_.last, {Act::delay, 50ms});
  const base::Instant begin = base::monotonic_now();
  wait_for([&] { return going.result.has_value(); });
  EXPECT_GE(base::monotonic_now() - begin, 40ms);
  EXPECT_EQ(**going.result, "held");
}

TEST_F(PostgresDirectorTest, TwoAreHeldAndReleasedInTheOtherOrder) {
  auto second = loop_.run(connect());
  ASSERT_TRUE(second);
  Going one(loop_), two(loop_);
  one.ask(*stage_.client, "INSERT INTO t SELECT count(*) FROM t RETURNING n -- held");
  wait_for([&] { return leader_.last != 0; });
  const OperationId first = std::exchange(leader_.last, 0);
  two.ask(*second, "INSERT INTO t SELECT count(*) FROM t RETURNING n -- held");
  wait_for([&] { return leader_.last != 0; });
  crossing_.release(leader_.last);
  wait_for([&] { return two.result.has_value(); });
  EXPECT_FALSE(one.result);
  crossing_.release(first);
  wait_for([&] { return one.result.has_value(); });
  EXPECT_EQ(**two.result + **one.result, "01");
}

TEST_F(PostgresDirectorTest, WhatIsClosedBeforeItHappenedHasNot) {
  leader_.verdict = {Act::close};
  const auto got = loop_.run(ask(*stage_.client, "INSERT INTO t VALUES (1) -- held", loop_.in(5s)));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, base::Code::closed);
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "0");
  EXPECT_TRUE(leader_.told().ends_with(": closed "));
  wait_for([&] { return stage_.proxy->connections() == 0; });
}

TEST_F(PostgresDirectorTest, WhatIsClosedAfterwardsHas) {
  leader_.at = Point::answer;
  leader_.verdict = {Act::close};
  const auto got = loop_.run(ask(*stage_.client, "INSERT INTO t VALUES (1) -- held", loop_.in(5s)));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, base::Code::closed);
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "1");
}

TEST_F(PostgresDirectorTest, WhatIsDroppedIsWaitedForInVain) {
  leader_.verdict = {Act::drop};
  const auto got =
      loop_.run(ask(*stage_.client, "INSERT INTO t VALUES (1) -- held", loop_.in(300ms)));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, base::Code::timeout);
  EXPECT_TRUE(leader_.told().ends_with(": dropped "));
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "0");
  stage_.client.reset();
  wait_for([&] { return stage_.proxy->connections() == 0; });
}

TEST_F(PostgresDirectorTest, AClientThatGoesAwayAbandonsWhatIsHeld) {
  for (const Point point : {Point::request, Point::answer}) {
    leader_.at = point;
    leader_.last = 0;
    auto client = loop_.run(connect());
    ASSERT_TRUE(client);
    auto got = loop_.run(ask(*client, "INSERT INTO t VALUES (1) -- held", loop_.in(300ms)));
    EXPECT_FALSE(got);
    EXPECT_NE(leader_.last, 0U);
    client = base::fail(base::Code::closed, "gone");
    wait_for([&] { return stage_.proxy->connections() == 1; });
    EXPECT_TRUE(leader_.told().ends_with(": abandoned "));
    crossing_.release(leader_.last);  // nobody is there any more
  }
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "1");
}

TEST_F(PostgresDirectorTest, WhatIsHeldPassesWhenNobodyDirectsAnyMore) {
  Going going(loop_);
  going.ask(*stage_.client, "SELECT 'held'");
  wait_for([&] { return leader_.last != 0; });
  crossing_.set_director(nullptr);
  wait_for([&] { return going.result.has_value(); });
  EXPECT_EQ(**going.result, "held");
}

TEST_F(PostgresDirectorTest, WhatIsTooLargeToBeKeptIsDecidedByItsBeginning) {
  const std::string large = "SELECT length('" + std::string(3'000'000, 'x') + "') -- held";
  leader_.with = "";
  leader_.verdict = {Act::delay, 10ms};
  EXPECT_EQ(*loop_.run(ask(*stage_.client, large, loop_.in(20s))), "3000000");
  leader_.told();
  leader_.at = Point::answer;
  EXPECT_EQ(loop_.run(ask(*stage_.client, "SELECT repeat('y', 3000000)", loop_.in(20s)))->size(),
            3'000'000U);
  EXPECT_EQ(leader_.told(),
            "request SELECT repeat('y', 3000000); answer SELECT repeat('y', 3000000); settled "
            "SELECT repeat('y', 3000000): answered SELECT 1");
}

// Other clients, with a director that lets everything pass.
TEST_F(PostgresDirectorTest, CarriesCopiesAndPgbenchAndAsksForEachOnce) {
  leader_.with = "nothing of this kind";
  std::vector<std::string> env = io::inherited_environment();
  env.push_back("URL=" +
                stage_.postgres->url_at("127.0.0.1", stage_.proxy->address().port, "postgres"));
  const std::string script =
      "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin | tail -1);"
      "seq 1 300000 > in.txt; psql $URL -qc '\\copy t from in.txt' && "
      "psql $URL -qc '\\copy t to out.txt' && cmp in.txt out.txt && echo same;"
      "pgbench -iq $URL >/dev/null 2>&1;"
      "for mode in simple extended prepared; do "
      "pgbench -n -M $mode -c 10 -t 20 $URL | grep processed; done";
  const auto out = loop_.run(io::run_program(
      *stage_.reaper, {{"sh", "-c", script}, env, stage_.directory->path(), {}}, loop_.in(60s)));
  ASSERT_TRUE(out) << out.error().to_string();
  const std::string all = "number of transactions actually processed: 200/200";
  EXPECT_EQ(out->lines, (std::vector<std::string>{"same", all, all, all}));
  size_t asked = 0, answered = 0, settled = 0;
  for (const std::string& line : leader_.lines) {
    if (line.find("UPDATE pgbench_tellers") == std::string::npos) continue;
    if (line.starts_with("request") && !line.ends_with("(invisible)")) ++asked;
    if (line.starts_with("answer") && !line.ends_with("(invisible)")) ++answered;
    if (line.ends_with("answered UPDATE 1")) ++settled;
  }
  EXPECT_EQ(asked, 600U);
  EXPECT_EQ(answered, 600U);
  EXPECT_EQ(settled, 600U);
}

// ---- Redis

class RedisDirectorTest : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    stage_.crossing->set_director(&leader_);
  }
  Leader leader_;
};

TEST_F(RedisDirectorTest, OneThatIsDelayedIsOvertaken) {
  leader_.with = "first";
  leader_.verdict = {Act::delay, 300ms};
  EXPECT_EQ(
      run("cli set a first & sleep 0.1; cli set a second; straight get a; wait; straight get a"),
      "OK\nsecond\nOK\nfirst\n");
}

TEST_F(RedisDirectorTest, OfATransactionTheExecIsTheOperation) {
  leader_.with = "nothing of this kind";
  EXPECT_EQ(run("printf 'multi\\nset a 1\\nincr a\\nexec\\nget a\\n' | cli"),
            "OK\nQUEUED\nQUEUED\nOK\n2\n2\n");
  EXPECT_TRUE(leader_.told().ends_with(
      "request multi; set a 1; incr a; exec; answer multi; set a 1; incr a; exec; "
      "settled multi; set a 1; incr a; exec: answered [OK, 2]; "
      "request get a; answer get a; settled get a: answered \"2\""));
}

TEST_F(RedisDirectorTest, WhatIsClosedOrDroppedBeforeItHappenedHasNot) {
  leader_.with = "set a";
  for (const Act act : {Act::close, Act::drop}) {
    leader_.verdict = {act};
    EXPECT_EQ(run("timeout 0.5 redis-cli -p $PORT set a 1 >/dev/null 2>&1; straight exists a"),
              "0\n");
  }
  leader_.at = Point::answer;
  EXPECT_EQ(run("timeout 0.5 redis-cli -p $PORT set a 1 >/dev/null 2>&1; straight exists a"),
            "1\n");
}

TEST_F(RedisDirectorTest, CarriesRedisBenchmarkMessagesAndBlockingCommands) {
  leader_.with = "nothing of this kind";
  EXPECT_EQ(
      run("bench -q -n 2000 -P 16 -t set,get,lpush -d 500 | tr '\\r' '\\n' | grep -c 'per second'"),
      "3\n");
  EXPECT_EQ(run("cli blpop list:1 5 & sleep 0.2; cli lpush list:1 x >/dev/null; wait"),
            "list:1\nx\n");
  EXPECT_EQ(run("(timeout 1 redis-cli -p $PORT subscribe c | head -6) & sleep 0.3;"
                "cli publish c hello >/dev/null; wait"),
            "subscribe\nc\n1\nmessage\nc\nhello\n");
  EXPECT_TRUE(seen_.losses.empty());
}

}  // namespace
}  // namespace peregrine::system
