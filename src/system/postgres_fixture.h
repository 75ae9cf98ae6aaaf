// For tests: a private PostgreSQL server for the test suite, and a database for each test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/postgres.h"
#include "system/postgres.h"
#include "system/postgres_script.h"

namespace peregrine::system {

using namespace std::chrono_literals;

struct Server {
  std::unique_ptr<PrivateDirectory> directory;
  std::unique_ptr<io::Reaper> reaper;
  std::unique_ptr<PrivatePostgres> postgres;
};

inline io::Task<base::Result<Server>> start_server(io::Loop& loop) {
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
    owned_ = *io::Loop::create();
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
    db_ = std::make_unique<net::PostgresConnection>(*std::move(connection));
  }
  void TearDown() override { db_.reset(); }

  static io::Loop& loop() { return *owned_; }
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

  static inline std::unique_ptr<io::Loop> owned_;
  static inline Server server_;
  std::string database_;
  std::unique_ptr<net::PostgresConnection> db_;
};

}  // namespace peregrine::system
