// Operations that are divided: carried out first, and seen by others when the director says so.
#include "system/postgres_director_fixture.h"

namespace peregrine::system {
namespace {

using boundary::Operation;
using boundary::Verdict;

// Divides what is divisible, and holds what others do not see yet while `holds`.
class Divider final : public boundary::Director {
 public:
  Verdict decide(Point point, const Operation& operation) override {
    if (point == Point::request) {
      const bool divides = operation.reach && operation.reach->divisible;
      if (divides) ++divided;
      return {.divided = divides};
    }
    if (point != Point::effect || !holds) return {};
    held = operation.id;
    return {Act::hold};
  }
  void settled(const Operation&, const boundary::Outcome& outcome) override { last = outcome.text; }
  bool holds = false;
  OperationId held = 0;
  int divided = 0;
  std::string last;
};

class PostgresDivisionTest : public PostgresDirectorTest {
 protected:
  void SetUp() override {
    reads_ = true;
    PostgresDirectorTest::SetUp();
    crossing_.set_director(&divider_);
  }
  void TearDown() override { crossing_.set_director(nullptr); }
  Result<std::string> asked(std::string sql) {
    return loop_.run(ask(*stage_.client, std::move(sql), loop_.in(5s)));
  }
  // By psql, whose queries are simple.
  std::vector<std::string> psql(const std::string& options) {
    std::vector<std::string> env = io::inherited_environment();
    env.push_back("URL=" +
                  stage_.postgres->url_at("127.0.0.1", stage_.proxy->address().port, "postgres"));
    const auto out = loop_.run(
        io::run_program(*stage_.reaper,
                        {{"sh", "-c",
                          "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin | tail -1); psql $URL " +
                              options + " 2>&1"},
                         env,
                         stage_.directory->path(),
                         {}},
                        loop_.in(20s)));
    return out ? out->lines : std::vector<std::string>{out.error().to_string()};
  }
  Divider divider_;
};

TEST_F(PostgresDivisionTest, OthersSeeItWhenItIsReleased) {
  divider_.holds = true;
  Going going(loop_);
  going.ask(*stage_.client, "INSERT INTO t VALUES (1) RETURNING 'done'");
  wait_for([&] { return divider_.held != 0; });
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "0");
  EXPECT_EQ(straight("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"),
            "1");
  EXPECT_FALSE(going.result);
  crossing_.release(divider_.held);
  wait_for([&] { return going.result.has_value(); });
  EXPECT_EQ(**going.result, "done");
  EXPECT_EQ(divider_.last, "INSERT 0 1");
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "1");
  divider_.holds = false;
  EXPECT_EQ(*asked("SELECT count(*) FROM t"), "1");
  EXPECT_EQ(divider_.divided, 1);
}

TEST_F(PostgresDivisionTest, TheClientSeesNothingOfIt) {
  for (const std::string sql : {"INSERT INTO t VALUES (1), (2)", "UPDATE t SET n = n + 1",
                                "DELETE FROM t WHERE n = 2 RETURNING n"}) {
    EXPECT_EQ(psql("-c \"" + sql + "\"").size(), sql.starts_with("DELETE") ? 6U : 1U) << sql;
  }
  EXPECT_EQ(psql("-c 'INSERT INTO t VALUES (7)'"), (std::vector<std::string>{"INSERT 0 1"}));
  EXPECT_EQ(divider_.divided, 4);
  EXPECT_EQ(straight("SELECT sum(n) FROM t"), "10");
  // Within a transaction of its own nothing is divided.
  EXPECT_EQ(psql("-qAt -c BEGIN -c 'INSERT INTO t VALUES (8)' -c ROLLBACK -c 'TABLE t'").size(),
            2U);
  EXPECT_EQ(divider_.divided, 4);
}

TEST_F(PostgresDivisionTest, WhatFailsHasNotHappened) {
  ASSERT_EQ(straight("CREATE TABLE u(n int UNIQUE)"), "");
  EXPECT_TRUE(asked("INSERT INTO u VALUES (1)"));
  const auto refused = asked("INSERT INTO u VALUES (1)");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().text.contains("23505")) << refused.error().text;
  EXPECT_EQ(*asked("SELECT count(*) FROM u"), "1");
  const auto told = psql("-c 'INSERT INTO u VALUES (1)' -c 'SELECT 5'");
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(told[0].starts_with("ERROR:  duplicate key")) << told[0];
  EXPECT_EQ(divider_.divided, 3);
}

TEST_F(PostgresDivisionTest, ACommitThatFailsIsTheAnswer) {
  ASSERT_EQ(straight("CREATE TABLE p(n int UNIQUE DEFERRABLE INITIALLY DEFERRED)"), "");
  EXPECT_TRUE(asked("INSERT INTO p VALUES (1)"));
  const auto refused = asked("INSERT INTO p VALUES (1)");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().text.contains("23505")) << refused.error().text;
  EXPECT_EQ(psql("-c 'INSERT INTO p VALUES (1)'").at(0).substr(0, 6), "ERROR:");
  EXPECT_EQ(*asked("SELECT count(*) FROM p"), "1");
}

TEST_F(PostgresDivisionTest, WhoGoesAwayMeanwhileHasItDone) {
  divider_.holds = true;
  auto client = loop_.run(connect());
  ASSERT_TRUE(client);
  EXPECT_FALSE(loop_.run(ask(*client, "INSERT INTO t VALUES (1)", loop_.in(200ms))));
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "0");
  client = base::fail(base::Code::closed, "gone");
  (void)loop_.run(loop_.sleep(50ms));
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "0");
  crossing_.release(divider_.held);
  wait_for([&] { return straight("SELECT count(*) FROM t") == "1"; });
  wait_for([&] { return stage_.proxy->connections() == 1; });
}

// What a client sends behind it without having been answered comes behind it.
TEST_F(PostgresDivisionTest, CarriesPipelines) {
  const std::string script =
      "-qAtc 'SELECT 1' >/dev/null;"
      "pgbench -iq $URL >/dev/null 2>&1; printf '%s\\n' '\\startpipeline' "
      "'INSERT INTO t VALUES (1);' 'SELECT count(*) FROM t;' 'INSERT INTO t VALUES (2);' "
      "'SELECT count(*) FROM t;' '\\endpipeline' > p.sql;"
      "pgbench -n -M extended -c 2 -t 20 -f p.sql $URL | grep processed";
  const auto told = psql(script);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(), "number of transactions actually processed: 40/40");
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "80");
}

}  // namespace
}  // namespace peregrine::system
