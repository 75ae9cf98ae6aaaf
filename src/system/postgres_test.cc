#include "system/postgres.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "io/marked_directory.h"
#include "net/postgres_pool.h"
#include "system/postgres_script.h"
#include "system/postgres_snapshot.h"

namespace peregrine::system {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Loop;
using io::Task;
using net::PostgresConnection;

struct Server {
  std::unique_ptr<PrivateDirectory> directory;
  std::unique_ptr<io::Reaper> reaper;
  std::unique_ptr<PrivatePostgres> postgres;
};

Task<Result<Server>> start_server(Loop& loop) {
  Server server;
  CO_TRY(PrivateDirectory directory, PrivateDirectory::create());
  server.directory = std::make_unique<PrivateDirectory>(std::move(directory));
  CO_TRY(server.reaper, io::Reaper::start(loop, server.directory->path()));
  CO_TRY(server.postgres, co_await PrivatePostgres::start(loop, *server.reaper, *server.directory,
                                                          {}, loop.in(30s)));
  co_return server;
}

// Each test has the server of this program, and a database of its own.
class PostgresTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    owned_ = *Loop::create();
    auto server = owned_->run(start_server(*owned_));
    ASSERT_TRUE(server) << server.error().to_string();
    server_ = std::move(*server);
  }
  static void TearDownTestSuite() {
    server_ = {};
    EXPECT_EQ(io::frames::alive(), 0U);
    owned_.reset();
  }
  void SetUp() override {
    if (!server_.postgres) GTEST_SKIP() << "no server";
    database_ = testing::UnitTest::GetInstance()->current_test_info()->name();
    const auto made = loop().run(server_.postgres->create_database(database_, loop().in(5s)));
    ASSERT_TRUE(made) << made.error().to_string();
    auto connection = loop().run(server_.postgres->connect(database_, loop().in(5s)));
    ASSERT_TRUE(connection) << connection.error().to_string();
    db_ = std::make_unique<PostgresConnection>(*std::move(connection));
  }
  void TearDown() override { db_.reset(); }

  static Loop& loop() { return *owned_; }
  std::string url() const { return server_.postgres->url(database_); }
  // The first column, a row a word, NULL as "-"; or the error.
  std::string ask(std::string sql, std::vector<net::Cell> params = {}) {
    const auto rows = loop().run(db_->query(std::move(sql), std::move(params), loop().in(5s)));
    if (!rows) return rows.error().to_string();
    std::string text;
    for (const auto& row : rows->cells) text += (text.empty() ? "" : " ") + row[0].value_or("-");
    return text;
  }
  std::string run(std::string sql) {
    const auto done = loop().run(run_sql(*db_, std::move(sql), "x.sql", loop().in(5s)));
    return done ? "" : done.error().to_string();
  }

  static std::unique_ptr<Loop> owned_;
  static Server server_;
  std::string database_;
  std::unique_ptr<PostgresConnection> db_;
};
std::unique_ptr<Loop> PostgresTest::owned_;
Server PostgresTest::server_;

// ---- The client

TEST_F(PostgresTest, GivesRowsInText) {
  const auto rows = loop().run(
      db_->query("SELECT $1::int + 1 AS n, NULL AS nothing, 'ü'", {"41"}, loop().in(5s)));
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_EQ(rows->columns[0].name, "n");
  EXPECT_EQ(rows->columns[0].oid, 23U);
  EXPECT_EQ(rows->column("nothing"), 1U);
  EXPECT_EQ(rows->cells[0], (std::vector<net::Cell>{"42", {}, "ü"}));
  EXPECT_EQ(rows->affected, 1U);
}

TEST_F(PostgresTest, SaysWhatTheServerRefuses) {
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

TEST_F(PostgresTest, AQueryGivenUpIsCancelledAtTheServer) {
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

TEST_F(PostgresTest, TellsALostConnectionFromARefusal) {
  const auto rows =
      loop().run(db_->query("SELECT pg_terminate_backend(pg_backend_pid())", {}, loop().in(5s)));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Code::closed);
  EXPECT_EQ(db_->last_error()->sqlstate, "57P01");
  EXPECT_FALSE(db_->usable());
}

TEST_F(PostgresTest, CarriesMoreThanItsBuffersBothWays) {
  const std::string big(5'000'000, 'x');
  EXPECT_EQ(ask("SELECT $1::text || 'y'", {big}).size(), big.size() + 1);
}

TEST_F(PostgresTest, ACommitOfAFailedTransactionFails) {
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

TEST_F(PostgresTest, APoolServesManyWithFewConnections) {
  int good = 0;
  ASSERT_TRUE(loop().run(borrow_side_by_side(loop(), url(), good, false)));
  EXPECT_EQ(good, 100);
}

TEST_F(PostgresTest, APoolOutlivesBorrowersThatAreGivenUp) {
  int good = 0;
  ASSERT_TRUE(loop().run(borrow_side_by_side(loop(), url(), good, true)));
  EXPECT_EQ(good, 100);
}

// ---- Scripts

TEST_F(PostgresTest, AScriptMayUseAllThatDumpsUse) {
  EXPECT_EQ(run(R"(-- a dump
\restrict abc
CREATE TABLE t(id int, x text); /* a ; /* nested ; */ ; */
INSERT INTO t VALUES (1, 'a;b'), (2, E'it\'s;'), (3, 'it''s;'), (4, $q$ $$;'$q$);
COPY public.t (id, x) FROM stdin;
10	ten
11	\N
\.

CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;
CREATE FUNCTION g(n int) RETURNS int BEGIN ATOMIC
  SELECT CASE WHEN n > 0 THEN 1 ELSE 2 END; SELECT 7;
END;
CREATE RULE r AS ON DELETE TO t DO ALSO (SELECT 1; SELECT 2);
CREATE TABLE "odd;""name"(a$b int);;
\unrestrict abc
INSERT INTO t VALUES (5, 'no semicolon'))"),
            "");
  EXPECT_EQ(ask("SELECT coalesce(x, 'NULL') FROM t ORDER BY id"),
            "a;b it's; it's;  $$;' no semicolon ten NULL");
  EXPECT_EQ(ask("SELECT g(0) + f()"), "8");
}

TEST_F(PostgresTest, AnErrorInAScriptNamesItsLine) {
  EXPECT_EQ(run("SELECT 1;\n\n-- ü\nSELECT 'ü',\n  'ü' selct\n  nowhere;"),
            "x.sql:6: ERROR 42601: syntax error at or near \"nowhere\"");
  EXPECT_EQ(run("SELECT 1;\nCREATE TABLE u(id int UNIQUE);\nINSERT INTO u VALUES (1),\n (1);")
                .substr(0, 19),
            "x.sql:3: ERROR 2350");
  EXPECT_EQ(run("SELECT 1;\nSELECT 'open"), "x.sql:2: a string has no end");
  EXPECT_EQ(run("SELECT 1;\n/* open"), "x.sql:2: a comment has no end");
  EXPECT_EQ(run("\n\\connect other"), "x.sql:2: a command of psql, not SQL: \\connect other");
  EXPECT_EQ(run("COPY u FROM stdin;\n1\n"),
            "x.sql:1: the data of this COPY has no end, a line with \\.");
}

TEST_F(PostgresTest, AScriptThatIsNotThereIsSaidSo) {
  const auto done = loop().run(run_sql_file(*db_, "/nowhere/schema.sql", loop().in(5s)));
  EXPECT_EQ(done.error().text, "cannot read /nowhere/schema.sql");
}

// ---- Snapshots

constexpr const char* kSchema = R"(
CREATE TABLE accounts(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text,
                      shout text GENERATED ALWAYS AS (upper(name)) STORED);
CREATE TABLE entries(id serial PRIMARY KEY, account int REFERENCES accounts ON DELETE CASCADE);
CREATE TABLE log(what text);
CREATE TABLE parts(k int, v text) PARTITION BY LIST (k);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2);
CREATE TABLE parent(a int);
CREATE TABLE child(b int) INHERITS (parent);
CREATE SCHEMA "Other";
CREATE TABLE "Other"."Odd ""name"("Col" int);
CREATE SEQUENCE "Other"."Se'q";
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO log VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER noted AFTER INSERT OR DELETE ON entries EXECUTE FUNCTION note();
INSERT INTO accounts(name) VALUES ('ann'), ('bob');
INSERT INTO entries(account) VALUES (1), (2), (2);
INSERT INTO parts VALUES (1, 'x'), (2, 'y');
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (2, 3);
INSERT INTO "Other"."Odd ""name" VALUES (7);
)";

constexpr const char* kState = R"(
SELECT (SELECT string_agg(id || shout, ',') FROM accounts) || ' ' ||
       (SELECT string_agg(id || ':' || account, ',') FROM entries) || ' ' ||
       (SELECT string_agg(what, ',') FROM log) || ' ' ||
       (SELECT string_agg(k || v, ',') FROM parts) || ' ' ||
       (SELECT string_agg(a::text, ',') FROM parent) || ' ' ||
       (SELECT string_agg("Col"::text, ',') FROM "Other"."Odd ""name"))";

TEST_F(PostgresTest, ASnapshotPutsRowsAndSequencesBack) {
  ASSERT_EQ(run(kSchema), "");
  const std::string before = ask(kState);
  EXPECT_EQ(before, "1ANN,2BOB 1:1,2:2,3:2 INSERT 1x,2y 1,2 7");
  auto snapshot = loop().run(PostgresSnapshot::take(*db_, loop().in(5s)));
  ASSERT_TRUE(snapshot) << snapshot.error().to_string();
  EXPECT_EQ(snapshot->tables(), 8U);
  for (int play = 0; play < 3; ++play) {
    ASSERT_EQ(run("DELETE FROM accounts WHERE id = 1; INSERT INTO accounts(name) VALUES ('cy');"
                  "UPDATE accounts SET name = 'x'; INSERT INTO entries(account) VALUES (3);"
                  "UPDATE parts SET k = 2; TRUNCATE child; DELETE FROM \"Other\".\"Odd \"\"name\";"
                  "SELECT nextval('\"Other\".\"Se''q\"')"),
              "");
    EXPECT_NE(ask(kState), before);
    const auto restored = loop().run(snapshot->restore(*db_, loop().in(5s)));
    ASSERT_TRUE(restored) << restored.error().to_string();
    EXPECT_EQ(ask(kState), before);
    EXPECT_EQ(ask("SELECT count(*) FROM ONLY parent"), "1");
    EXPECT_EQ(ask("SELECT nextval('\"Other\".\"Se''q\"')"), "1");
    EXPECT_EQ(ask("INSERT INTO accounts(name) VALUES ('dee') RETURNING id"), "3");
  }
}

TEST_F(PostgresTest, ASnapshotOfNothingTouchesNothing) {
  auto snapshot = loop().run(PostgresSnapshot::take(*db_, loop().in(5s)));
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(loop().run(snapshot->restore(*db_, loop().in(5s))));
  EXPECT_EQ(ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'peregrine_snapshot'"), "0");
}

TEST_F(PostgresTest, ASnapshotThatCannotBeRestoredSaysWhy) {
  ASSERT_EQ(run("CREATE TABLE t(a int); INSERT INTO t VALUES (1); CREATE TABLE u(a int)"), "");
  auto snapshot = loop().run(PostgresSnapshot::take(*db_, loop().in(5s)));
  ASSERT_TRUE(snapshot);
  ASSERT_EQ(run("DROP TABLE u"), "");
  const auto restored = loop().run(snapshot->restore(*db_, loop().in(5s)));
  ASSERT_FALSE(restored);
  EXPECT_NE(restored.error().text.find("\"public.u\" does not exist"), std::string::npos);
  EXPECT_FALSE(db_->in_transaction());
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "1");
}

// ---- The server

TEST_F(PostgresTest, WantsAPasswordFromEverybody) {
  std::string url = server_.postgres->url("postgres");
  url.replace(url.find(server_.postgres->password()), server_.postgres->password().size(), "no");
  const auto connection = loop().run(PostgresConnection::connect(loop(), url, loop().in(5s)));
  ASSERT_FALSE(connection);
  EXPECT_NE(connection.error().text.find("password authentication failed"), std::string::npos);
}

TEST_F(PostgresTest, ItsFilesAreOutOfReachOfOthers) {
  struct stat found{};
  const std::string folder = server_.directory->path();
  ASSERT_EQ(stat((folder + "/postgres/data").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700U);
  ASSERT_EQ(stat(folder.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, geteuid() == 0 ? 0711U : 0700U);
}

Task<Result<>> start_and_stop(Loop& loop, std::string& directory) {
  CO_TRY(Server server, co_await start_server(loop));
  directory = server.directory->path();
  CO_TRY_OK(co_await server.postgres->stop(loop.in(10s)));
  EXPECT_TRUE(server.postgres->process().exited()->ok());
  EXPECT_NE(server.postgres->log().back().find("is shut down"), std::string::npos);
  co_return co_await server.reaper->stop(1s);
}

TEST_F(PostgresTest, StopsAndLeavesNothing) {
  std::string directory;
  const auto done = loop().run(start_and_stop(loop(), directory));
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_FALSE(std::filesystem::exists(directory));
}

Task<Result<>> start_from(Loop& loop, std::string bin) {
  CO_TRY(PrivateDirectory directory, PrivateDirectory::create());
  CO_TRY(auto reaper, io::Reaper::start(loop, directory.path()));
  CO_TRY(auto server, co_await PrivatePostgres::start(loop, *reaper, directory,
                                                      {"postgres", std::move(bin)}, loop.in(60s)));
  co_return Result<>{};
}

TEST_F(PostgresTest, SaysWhatToInstallWhenThereIsNoServer) {
  const auto done = loop().run(start_from(loop(), "/nowhere"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::not_found);
  EXPECT_NE(done.error().text.find("apt-get install postgresql"), std::string::npos);
}

TEST(PostgresImageTest, TwoThatMakeItAtOnceDoNotClash) {
  std::string cache = "/tmp/peregrine-test-XXXXXX";
  ASSERT_TRUE(mkdtemp(cache.data()));
  const char* before = std::getenv("XDG_CACHE_HOME");
  const std::string kept = before ? before : "";
  setenv("XDG_CACHE_HOME", cache.c_str(), 1);
  {
    auto loop = *Loop::create();
    Result<> first;
    Result<> second;
    io::Scope scope(*loop);
    auto run = [](Loop& l, Result<>& out) -> Task<void> { out = co_await start_from(l, ""); };
    scope.spawn(run(*loop, first));
    scope.spawn(run(*loop, second));
    EXPECT_TRUE(loop->run(scope.join(loop->in(120s))));
    EXPECT_TRUE(first) << first.error().to_string();
    EXPECT_TRUE(second) << second.error().to_string();
  }
  size_t entries = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(cache + "/peregrine")) {
    ++entries;
  }
  EXPECT_EQ(entries, 1U);
  before ? setenv("XDG_CACHE_HOME", kept.c_str(), 1) : unsetenv("XDG_CACHE_HOME");
  std::filesystem::remove_all(cache);
}

// ---- The directory

TEST(PrivateDirectoryTest, OnlyThoseOfDeadRunsAreRemoved) {
  auto ours = PrivateDirectory::create();
  ASSERT_TRUE(ours);
  auto dead = PrivateDirectory::create();
  ASSERT_TRUE(dead);
  std::ifstream marker(dead->path() + "/" + io::kMarkerName);
  std::string pid;
  std::string rest;
  marker >> pid;
  std::getline(marker, rest);
  marker.close();
  // The same number, started at another time: the number was given to another process since.
  std::ofstream(dead->path() + "/" + io::kMarkerName)
      << pid << " 1" << rest.substr(rest.find(' ', 1)) << '\n';
  const std::string unmarked = "/tmp/peregrine-unmarked-" + pid;
  std::filesystem::create_directory(unmarked);
  EXPECT_GE(remove_leftover_directories(), 1U);
  EXPECT_FALSE(std::filesystem::exists(dead->path()));
  EXPECT_TRUE(std::filesystem::exists(ours->path()));
  EXPECT_TRUE(std::filesystem::exists(unmarked));
  std::filesystem::remove(unmarked);
}

}  // namespace
}  // namespace peregrine::system
