#include <gtest/gtest.h>

#include "net/postgres.h"
#include "net/postgres_pool.h"
#include "system/postgres_fixture.h"

namespace peregrine::system {
namespace {

class PostgresConnectionTest : public PostgresTest {};

// The client of net/, which has no server of its own to be tested with.
using base::Code;
using base::Result;
using io::Loop;
using io::Task;
using net::PostgresConnection;

TEST_F(PostgresConnectionTest, GivesRowsInText) {
  const auto rows = loop().run(
      db_->query("SELECT $1::int + 1 AS n, NULL AS nothing, 'ü'", {"41"}, loop().in(5s)));
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_EQ(rows->columns[0].name, "n");
  EXPECT_EQ(rows->columns[0].oid, 23U);
  EXPECT_EQ(rows->column("nothing"), 1U);
  EXPECT_EQ(rows->cells[0], (std::vector<net::Cell>{"42", {}, "ü"}));
  EXPECT_EQ(rows->affected, 1U);
}

TEST_F(PostgresConnectionTest, SaysWhatTheServerRefuses) {
  run("CREATE TABLE t(id int PRIMARY KEY); INSERT INTO t VALUES (1)");
  const auto rows = loop().run(db_->query("INSERT INTO t VALUES (1)", {}, loop().in(5s)));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Code::refused);
  EXPECT_EQ(rows.error().text,
            "ERROR 23505: duplicate key value violates unique constraint \"t_pkey\"\n"
            "DETAIL: Key (id)=(1) already exists.");
  EXPECT_EQ(db_->last_error()->sqlstate, "23505");
  EXPECT_TRUE(db_->usable());
  EXPECT_EQ(ask("SELECT 1"), "1");
  EXPECT_FALSE(db_->last_error());
}

TEST_F(PostgresConnectionTest, AQueryGivenUpIsCancelledAtTheServer) {
  const auto rows = loop().run(db_->query("SELECT pg_sleep(100)", {}, loop().in(20ms)));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Code::timeout);
  EXPECT_FALSE(db_->usable());
  EXPECT_EQ(loop().run(db_->query("SELECT 1", {}, loop().in(5s))).error().code, Code::closed);
  db_.reset(
      new PostgresConnection(*loop().run(server_.postgres->connect(database_, loop().in(5s)))));
  std::string asleep = "1";
  for (int i = 0; i < 1000 && asleep != "0"; ++i) {
    asleep =
        ask("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(100)' "
            "AND state = 'active'");
  }
  EXPECT_EQ(asleep, "0");
}

TEST_F(PostgresConnectionTest, TellsALostConnectionFromARefusal) {
  const auto rows =
      loop().run(db_->query("SELECT pg_terminate_backend(pg_backend_pid())", {}, loop().in(5s)));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Code::closed);
  EXPECT_EQ(db_->last_error()->sqlstate, "57P01");
  EXPECT_FALSE(db_->usable());
}

TEST_F(PostgresConnectionTest, CarriesMoreThanItsBuffersBothWays) {
  const std::string big(5'000'000, 'x');
  EXPECT_EQ(ask("SELECT $1::text || 'y'", {big}).size(), big.size() + 1);
}

TEST_F(PostgresConnectionTest, NoticesDuringACopyDoNotHoldItUp) {
  ASSERT_EQ(run("CREATE TABLE t(x text);"
                "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE NOTICE '%', repeat('n', 1000); RETURN NEW; END $$;"
                "CREATE TRIGGER noted BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note()"),
            "");
  // Far more both ways than a socket holds.
  constexpr size_t kRows = 20'000;
  std::string rows;
  for (size_t i = 0; i < kRows; ++i) rows += std::string(100, 'x') + "\n";
  const auto copied =
      loop().run(db_->copy_in("COPY t FROM STDIN", std::move(rows), loop().in(20s)));
  ASSERT_TRUE(copied) << copied.error().to_string();
  EXPECT_EQ(*copied, kRows);
}

TEST_F(PostgresConnectionTest, ACommitOfAFailedTransactionFails) {
  ASSERT_TRUE(loop().run(db_->begin(loop().in(5s))));
  EXPECT_TRUE(db_->in_transaction());
  EXPECT_NE(ask("SELECT 1/0").find("22012"), std::string::npos);
  EXPECT_EQ(loop().run(db_->commit(loop().in(5s))).error().code, Code::refused);
  EXPECT_FALSE(db_->in_transaction());
}

Task<void> borrow(Loop& loop, net::PostgresPool& pool, int i, int& good) {
  for (int round = 0; round < 5; ++round) {
    auto db = co_await pool.acquire(loop.in(5s));
    if (!db) co_return;
    // Every third one leaves its transaction open.
    if (i % 3 == 0 && !co_await (*db)->begin(loop.in(5s))) co_return;
    std::vector<net::Cell> params{std::to_string(i)};
    auto rows = co_await (*db)->query("SELECT $1", std::move(params), loop.in(5s));
    if (rows && rows->cells[0][0] == std::to_string(i)) ++good;
  }
}

Task<Result<>> borrow_side_by_side(Loop& loop, std::string url, int& good, bool give_up) {
  net::PostgresPool pool(loop, std::move(url), 3);
  {
    io::Scope scope(loop);
    for (int i = 0; i < 20; ++i) scope.spawn(borrow(loop, pool, i, good));
    if (!give_up) CO_TRY_OK(co_await scope.join(loop.in(20s)));
    if (give_up) (void)co_await loop.sleep(3ms);
  }
  good = 0;
  io::Scope scope(loop);
  for (int i = 0; i < 20; ++i) scope.spawn(borrow(loop, pool, i, good));
  co_return co_await scope.join(loop.in(20s));
}

TEST_F(PostgresConnectionTest, APoolServesManyWithFewConnections) {
  int good = 0;
  ASSERT_TRUE(loop().run(borrow_side_by_side(loop(), url(), good, false)));
  EXPECT_EQ(good, 100);
}

TEST_F(PostgresConnectionTest, APoolOutlivesBorrowersThatAreGivenUp) {
  int good = 0;
  ASSERT_TRUE(loop().run(borrow_side_by_side(loop(), url(), good, true)));
  EXPECT_EQ(good, 100);
}

}  // namespace
}  // namespace peregrine::system
