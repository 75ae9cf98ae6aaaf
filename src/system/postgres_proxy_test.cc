// The PostgreSQL boundary against foreign peers: psql, pgbench and libpq on one side, a real server
// on the other.
#include "boundary/postgres_proxy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "system/postgres.h"

namespace peregrine::system {
namespace {

using namespace std::chrono_literals;
using base::Result;
using boundary::PostgresProxy;
using boundary::StatementSeen;
using io::Deadline;
using io::Loop;
using io::Task;

class Seen final : public boundary::StatementObserver {
 public:
  void statement(const StatementSeen& seen) override { all.push_back(seen); }
  const StatementSeen* find(std::string_view sql) const {
    const auto found = std::ranges::find_if(
        all, [sql](const StatementSeen& seen) { return seen.sql.find(sql) != std::string::npos; });
    return found == all.end() ? nullptr : &*found;
  }
  std::vector<StatementSeen> all;
};

struct Stage {
  std::unique_ptr<boundary::Crossing> crossing;
  std::unique_ptr<PrivateDirectory> directory;
  std::unique_ptr<io::Reaper> reaper;
  std::unique_ptr<PrivatePostgres> postgres;
  std::unique_ptr<PostgresProxy> proxy;
};

Task<Result<Stage>> set_the_stage(Loop& loop, Seen& seen) {
  Stage stage;
  CO_TRY(PrivateDirectory directory, PrivateDirectory::create());
  stage.directory = std::make_unique<PrivateDirectory>(std::move(directory));
  CO_TRY(stage.reaper, io::Reaper::start(loop, stage.directory->path()));
  CO_TRY(stage.postgres,
         co_await PrivatePostgres::start(loop, *stage.reaper, *stage.directory, {}, loop.in(30s)));
  const io::Address at{"127.0.0.1", 0, ""};
  CO_TRY(const auto authority, io::CertificateAuthority::make("test"));
  CO_TRY(auto identity, authority.issue({"127.0.0.1"}));
  CO_TRY(const auto tls, io::TlsContext::for_server({.identities = {std::move(identity)}}));
  std::ofstream(stage.directory->path() + "/ca.pem") << authority.certificate();
  stage.crossing = std::make_unique<boundary::Crossing>(loop);
  CO_TRY(stage.proxy, PostgresProxy::open(loop, *stage.crossing,
                                          {at, stage.postgres->socket_path(), "db", &seen, tls}));
  co_return stage;
}

class PostgresProxyTest : public testing::Test {
 protected:
  void SetUp() override {
    auto stage = loop_.run(set_the_stage(loop_, seen_));
    ASSERT_TRUE(stage) << stage.error().to_string();
    stage_ = std::move(*stage);
  }
  void TearDown() override {
    stage_.proxy.reset();
    stage_ = {};
    EXPECT_EQ(io::frames::alive(), 0U);
  }
  std::string url() const {
    return stage_.postgres->url_at("127.0.0.1", stage_.proxy->address().port, "postgres") +
           "?sslmode=disable";
  }
  io::Command shell(std::string script) const {
    std::vector<std::string> env = io::inherited_environment();
    env.push_back("URL=" + url());
    return {{"sh", "-c", std::move(script)}, std::move(env), stage_.directory->path(), {}};
  }
  // What a shell script writes, and how it ended.
  std::string run(std::string script) {
    const auto out =
        loop_.run(io::run_program(*stage_.reaper, shell(std::move(script)), loop_.in(60s)));
    if (!out) return out.error().to_string();
    std::string text;
    for (const std::string& line : out->lines) text += line + "\n";
    return text + (out->status.ok() ? "" : out->status.to_string());
  }

  std::unique_ptr<Loop> owned_ = *Loop::create();
  Loop& loop_ = *owned_;
  Seen seen_;
  Stage stage_;
};

TEST_F(PostgresProxyTest, CarriesPsqlAndTellsItsStatements) {
  EXPECT_EQ(run("psql $URL -Atc 'select 40+2' -c 'select 1/0'"),
            "42\nERROR:  division by zero\nended with code 1");
  ASSERT_EQ(seen_.all.size(), 2U);
  EXPECT_EQ(seen_.all[0].sql, "select 40+2");
  EXPECT_EQ(seen_.all[0].outcome, "SELECT 1");
  EXPECT_GT(seen_.all[0].duration, 0ns);
  EXPECT_EQ(seen_.all[1].outcome, "ERROR 22012: division by zero");
  EXPECT_TRUE(seen_.all[1].failed);
}

TEST_F(PostgresProxyTest, EncryptsForWhoAsksForIt) {
  const std::string ask = "-Atc 'select 1' -c '\\conninfo'";
  const std::string ssl = "${URL%disable}";
  EXPECT_NE(run("psql " + ssl + "require " + ask).find("SSL connection (protocol: TLSv1.3"),
            std::string::npos);
  EXPECT_NE(run("psql '" + url().substr(0, url().find('?')) + "' " + ask).find("SSL connection"),
            std::string::npos);
  EXPECT_EQ(run("psql $URL " + ask).find("SSL"), std::string::npos);
  EXPECT_EQ(run("PGSSLROOTCERT=ca.pem psql " + ssl + "verify-full -Atc 'select 2'"), "2\n");
  const std::string wrong = fmt::format(
      "psql 'host=127.0.0.1 port={} user=postgres password=wrong dbname=postgres "
      "sslmode=require' -c 'select 4'",
      stage_.proxy->address().port);
  EXPECT_NE(run(wrong).find("password authentication failed"), std::string::npos);
  EXPECT_TRUE(seen_.find("select 1"));
  EXPECT_TRUE(seen_.find("select 2"));
  EXPECT_FALSE(seen_.find("select 4"));
}

TEST_F(PostgresProxyTest, AClientThatNeverBeginsOrBeginsWronglyHarmsNobody) {
  const auto port = std::to_string(stage_.proxy->address().port);
  const std::string open = "exec 3<>/dev/tcp/127.0.0.1/" + port + "; ";
  // SSLRequest and nothing; SSLRequest and no TLS; half of a request.
  EXPECT_EQ(run("bash -c '" + open + R"(printf "\0\0\0\10\4\322\26\57" >&3; head -c 1 <&3')"),
            "S\n");
  EXPECT_EQ(run("bash -c '" + open +
                R"(printf "\0\0\0\10\4\322\26\57" >&3; head -c 1 <&3; )"
                R"(printf "GET / HTTP/1.1\r\n\r\n" >&3; head -c 1 <&3 | wc -c')"),
            "S0\n");
  EXPECT_EQ(run("bash -c '" + open + R"(printf "\0\0\0" >&3'; psql $URL -Atc 'select 5')"), "5\n");
}

// Statements of every kind: their rows, notices, errors and copies.
constexpr std::string_view kStatements = R"(
create table t(n int primary key, x text, at timestamptz, j jsonb, b bytea, a numeric[]);
insert into t values (1, 'é', '2024-02-29 12:00Z', '{"a":[1,null]}', '\xff00', '{1.50,NULL}')
  returning *;
insert into t values (1, 'twice');
do $$ begin raise notice 'noted'; raise warning 'warned'; end $$;
select 1; select 2 \; select 3;
select x, b from t \gdesc
\set FETCH_COUNT 7
select n, repeat('y', n * 100) from generate_series(1, 50) n;
\unset FETCH_COUNT
copy (select generate_series(1, 3)) to stdout;
copy t(n, x) from stdin;
7	seven
8	\N
\.
copy t(n) from stdin;
7
\.
begin; savepoint s; select 1/0; rollback to s; select count(*) from t; commit;
select 'select ' || n from generate_series(1, 3) n \gexec
prepare p(int) as select $1 * 2; execute p(21); deallocate p;
syntax error here;
)";

TEST_F(PostgresProxyTest, PsqlSeesThroughItWhatItSeesWithoutIt) {
  std::ofstream(std::filesystem::path(stage_.directory->path()) / "all.sql") << kStatements;
  // Encrypted, as psql likes it.
  const std::string through =
      stage_.postgres->url_at("127.0.0.1", stage_.proxy->address().port, "through");
  EXPECT_EQ(run(fmt::format("psql $URL -qc 'create database direct' -c 'create database through';"
                            "psql '{}' -f all.sql >direct.txt 2>&1;"
                            "psql '{}' -f all.sql >through.txt 2>&1;"
                            "diff direct.txt through.txt && grep -c ERROR: through.txt",
                            stage_.postgres->url("direct"), through)),
            "4\n");
  for (const auto& [sql, outcome] :
       {std::pair{"returning *", "INSERT 0 1"},
        {"'twice'", "ERROR 23505: duplicate key value violates unique constraint \"t_pkey\""},
        {"copy (select", "COPY 3"},
        {"copy t(n, x)", "COPY 2"},
        {"copy t(n)", "ERROR 23505: duplicate key value violates unique constraint \"t_pkey\""},
        {"select 1/0", "ERROR 22012: division by zero"},
        {"rollback to", "ROLLBACK"},
        {"execute p", "SELECT 1"},
        {"syntax error", "ERROR 42601: syntax error at or near \"syntax\""}}) {
    const StatementSeen* seen = seen_.find(sql);
    ASSERT_NE(seen, nullptr) << sql;
    EXPECT_EQ(seen->outcome, outcome) << sql;
  }
}

TEST_F(PostgresProxyTest, CarriesCopyBothWays) {
  EXPECT_EQ(run("psql $URL -qc 'create table t(n int, x text)' &&"
                "seq 1 200000 | awk '{print $1\"\\tsome text to make it longer\"}' > in.txt &&"
                "psql $URL -c '\\copy t from in.txt' && psql $URL -qc '\\copy t to out.txt' &&"
                "cmp in.txt out.txt && echo same"),
            "COPY 200000\nsame\n");
  EXPECT_EQ(seen_.all[1].outcome, "COPY 200000");
}

TEST_F(PostgresProxyTest, CarriesRowsLargerThanItsBuffers) {
  EXPECT_EQ(run("psql $URL -Atc \"select repeat('x', 1000000) from generate_series(1, 20)\" | "
                "wc -c; { printf \"select length('\"; head -c 3000000 /dev/zero | tr '\\0' y; "
                "printf \"');\"; } | psql $URL -At"),
            "20000020\n3000000\n");
  EXPECT_LT(seen_.all[1].sql.size(), boundary::kStatementText + 100);
}

TEST_F(PostgresProxyTest, CarriesNotifications) {
  EXPECT_EQ(run("{ echo 'listen there;'; sleep 0.3; echo 'select 1;'; } | psql $URL -Atq & "
                "sleep 0.1; psql $URL -qc \"notify there, 'hello'\"; wait")
                .substr(0, 65),
            "1\nAsynchronous notification \"there\" with payload \"hello\" received");
}

TEST_F(PostgresProxyTest, CarriesACancellation) {
  EXPECT_EQ(
      run("psql $URL -c 'select pg_sleep(30)' & pid=$!; sleep 0.3; kill -INT $pid; wait $pid"),
      "Cancel request sent\nERROR:  canceling statement due to user request\n"
      "ended with code 1");
  EXPECT_EQ(seen_.find("pg_sleep")->outcome,
            "ERROR 57014: canceling statement due to user request");
}

TEST_F(PostgresProxyTest, CarriesPgbenchInEveryProtocol) {
  const std::string bin =
      "PATH=$PATH:$(pg_config --bindir 2>/dev/null || "
      "ls -d /usr/lib/postgresql/*/bin | tail -1); ";
  for (const char* mode : {"simple", "extended", "prepared"}) {
    const std::string out =
        run(bin + "pgbench -iq $URL 2>/dev/null >&2; pgbench -n -M " + mode + " -c 20 -t 20 $URL");
    EXPECT_NE(out.find("actually processed: 400/400"), std::string::npos) << out;
    const auto tellers = std::ranges::count_if(seen_.all, [](const StatementSeen& seen) {
      return seen.sql.starts_with("UPDATE pgbench_tellers") && seen.outcome == "UPDATE 1";
    });
    EXPECT_EQ(tellers, 400) << mode;
    if (std::string_view(mode) != "simple") {
      EXPECT_EQ(seen_.find("UPDATE pgbench_tellers")->params.size(), 2U);
    }
    seen_.all.clear();
  }
}

TEST_F(PostgresProxyTest, CarriesPipelines) {
  EXPECT_EQ(run(R"(cat > p.sql <<'END'
\startpipeline
select 1;
select 2;
\endpipeline
END
PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin | tail -1)
pgbench -n -M extended -f p.sql -c 4 -t 5 $URL | grep processed)"),
            "number of transactions actually processed: 20/20\n");
  EXPECT_EQ(std::ranges::count(seen_.all, "select 2;", &StatementSeen::sql), 20);
}

Task<Result<net::Rows>> ask_and_go(Loop& loop, std::string url) {
  CO_TRY(auto db, co_await net::PostgresConnection::connect(loop, std::move(url), loop.in(5s)));
  std::vector<net::Cell> params{"a", {}};
  co_return co_await db.query("SELECT $1::text, $2::text", std::move(params), loop.in(5s));
}

TEST_F(PostgresProxyTest, BothSidesEndTogether) {
  const auto rows = loop_.run(ask_and_go(loop_, url()));
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_EQ(seen_.all.back().params, (std::vector<std::string>{"a", "NULL"}));
  for (int i = 0; i < 100 && stage_.proxy->connections() > 0; ++i) {
    (void)loop_.run(loop_.sleep(10ms));
  }
  EXPECT_EQ(stage_.proxy->connections(), 0U);
}

Task<Result<>> lose_the_server(Loop& loop, Stage& stage, std::string url) {
  CO_TRY(auto db, co_await net::PostgresConnection::connect(loop, url, loop.in(5s)));
  CO_TRY_OK(stage.postgres->process().kill(SIGKILL));
  (void)co_await stage.postgres->process().wait(loop.in(5s));
  std::vector<net::Cell> none;
  auto rows = co_await db.query("SELECT pg_sleep(1)", none, loop.in(5s));
  EXPECT_FALSE(rows);
  EXPECT_EQ(rows.error().code, base::Code::closed);
  auto next = co_await net::PostgresConnection::connect(loop, std::move(url), loop.in(5s));
  EXPECT_FALSE(next);
  co_return Result<>{};
}

TEST_F(PostgresProxyTest, AKilledServerClosesItsClients) {
  const auto done = loop_.run(lose_the_server(loop_, stage_, url()));
  EXPECT_TRUE(done) << done.error().to_string();
}

TEST_F(PostgresProxyTest, ItsEndEndsOpenConnections) {
  auto db = loop_.run(net::PostgresConnection::connect(loop_, url(), loop_.in(5s)));
  ASSERT_TRUE(db);
  EXPECT_EQ(stage_.proxy->connections(), 1U);
  stage_.proxy.reset();
  EXPECT_EQ(loop_.run(db->query("SELECT 1", {}, loop_.in(5s))).error().code, base::Code::closed);
}

}  // namespace
}  // namespace peregrine::system
