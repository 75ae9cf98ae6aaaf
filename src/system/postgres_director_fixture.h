// For tests: a private PostgreSQL behind a proxy that a director watches, a client through it and
// one past it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "boundary/director_fixture.h"
#include "boundary/postgres_proxy.h"
#include "net/postgres.h"
#include "system/postgres.h"

namespace peregrine::system {

using base::Result;
using boundary::Crossing;
using boundary::Leader;
using boundary::OperationId;
using boundary::Point;
using io::Loop;
using io::Task;
using net::PostgresConnection;
using Act = boundary::Verdict::Act;
using namespace std::chrono_literals;

inline Task<Result<std::string>> ask(PostgresConnection& db, std::string sql,
                                     io::Deadline deadline) {
  const std::vector<net::Cell> none;
  CO_TRY(const net::Rows rows, co_await db.query(std::move(sql), none, deadline));
  co_return rows.cells.empty() ? "" : *rows.cells[0][0];
}

// A query that goes on by itself.
struct Going {
  explicit Going(Loop& loop) : scope(loop) {}
  void ask(PostgresConnection& db, std::string sql) { scope.spawn(go(db, std::move(sql))); }
  Task<void> go(PostgresConnection& db, std::string sql) {
    result = co_await system::ask(db, std::move(sql), scope.loop().in(20s));
  }
  std::optional<Result<std::string>> result;
  io::Scope scope;
};

struct Stage {
  std::unique_ptr<PrivateDirectory> directory;
  std::unique_ptr<io::Reaper> reaper;
  std::unique_ptr<PrivatePostgres> postgres;
  std::unique_ptr<boundary::PostgresProxy> proxy;
  std::optional<PostgresConnection> client;    // through the proxy
  std::optional<PostgresConnection> straight;  // past it
};

class NoObserver final : public boundary::StatementObserver {
  void statement(const boundary::StatementSeen&) override {}
};

class PostgresDirectorTest : public testing::Test {
 protected:
  void SetUp() override {
    const Result<> done = loop_.run(set_up());
    ASSERT_TRUE(done) << done.error().to_string();
    leader_.told();
  }
  Task<Result<>> set_up() {
    CO_TRY(PrivateDirectory directory, PrivateDirectory::create());
    stage_.directory = std::make_unique<PrivateDirectory>(std::move(directory));
    CO_TRY(stage_.reaper, io::Reaper::start(loop_, stage_.directory->path()));
    CO_TRY(stage_.postgres, co_await PrivatePostgres::start(loop_, *stage_.reaper,
                                                            *stage_.directory, {}, loop_.in(30s)));
    CO_TRY(stage_.proxy,
           boundary::PostgresProxy::open(loop_, crossing_,
                                         {.at = {"127.0.0.1", 0, ""},
                                          .server_socket = stage_.postgres->socket_path(),
                                          .name = "db",
                                          .observer = &observer_,
                                          .reader = reads_ ? &reader_ : nullptr}));
    CO_TRY(stage_.straight, co_await stage_.postgres->connect("postgres", loop_.in(5s)));
    CO_TRY_OK(co_await stage_.straight->script("CREATE TABLE t(n int)", loop_.in(5s)));
    crossing_.set_director(&leader_);
    CO_TRY(stage_.client, co_await connect());
    co_return Result<>{};
  }
  Task<Result<PostgresConnection>> connect() {
    std::string url =
        stage_.postgres->url_at("127.0.0.1", stage_.proxy->address().port, "postgres");
    co_return co_await PostgresConnection::connect(loop_, std::move(url), loop_.in(5s));
  }
  // Of the server, past the proxy.
  std::string straight(std::string sql) {
    const auto got = loop_.run(ask(*stage_.straight, std::move(sql), loop_.in(5s)));
    return got ? *got : got.error().to_string();
  }
  void wait_for(const std::function<bool()>& what) {
    for (int i = 0; i < 500 && !what(); ++i) (void)loop_.run(loop_.sleep(10ms));
    EXPECT_TRUE(what());
  }

  std::unique_ptr<Loop> owned_ = *Loop::create();
  Loop& loop_ = *owned_;
  Crossing crossing_{loop_};
  Leader leader_;
  NoObserver observer_;
  boundary::SqlReader reader_;
  bool reads_ = false;  // operations say what they reach
  Stage stage_;
};

}  // namespace peregrine::system
