// A client of PostgreSQL that cancels what is held: by libpq, whose calls wait, so that it has a
// thread of its own.
#include <libpq-fe.h>

#include <atomic>
#include <thread>

#include "system/postgres_director_fixture.h"

namespace peregrine::system {
namespace {

using Lines = std::vector<std::string>;

class Client {
 public:
  explicit Client(const std::string& url) : connection_(PQconnectdb(url.c_str())) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { PQfinish(connection_); }

  void send(const char* sql) { PQsendQuery(connection_, sql); }
  void send_extended(const char* sql) {
    PQsendQueryParams(connection_, sql, 0, nullptr, nullptr, nullptr, nullptr, 0);
  }
  // Up to the end of what one statement was answered: "INSERT 0 1", "57014 canceling …".
  std::string answer() {
    std::string told;
    while (PGresult* result = PQgetResult(connection_)) {
      const ExecStatusType status = PQresultStatus(result);
      const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
      const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
      told += state ? std::string(state) + " " + text : PQcmdStatus(result);
      if (status == PGRES_PIPELINE_ABORTED) told += "ignored";
      if (status == PGRES_PIPELINE_SYNC) told += "synced";
      PQclear(result);
      if (status == PGRES_PIPELINE_SYNC) break;
    }
    return told;
  }
  // 'I', 'T' or 'E', as ReadyForQuery has it.
  std::string status() {
    constexpr char kStates[] = {'I', '-', 'T', 'E', '-'};
    return {kStates[PQtransactionStatus(connection_)]};
  }
  void cancel() {
    PGcancel* const cancel = PQgetCancel(connection_);
    char why[256];
    PQcancel(cancel, why, sizeof why);
    PQfreeCancel(cancel);
  }
  // What somebody notified him of, when it comes.
  std::string notification() {
    PGnotify* told = nullptr;
    for (int i = 0; i < 1000 && !(told = PQnotifies(connection_)); ++i) {
      std::this_thread::sleep_for(5ms);
      PQconsumeInput(connection_);
    }
    const std::string text = told ? told->extra : "nothing came";
    PQfreemem(told);
    return text;
  }
  void pipeline() { PQenterPipelineMode(connection_); }
  void sync() { PQpipelineSync(connection_); }
  void flush() {
    PQsendFlushRequest(connection_);
    PQflush(connection_);
  }

 private:
  PGconn* connection_;
};

constexpr std::string_view kCancelled = "57014 canceling statement due to user request";

// Holds what has "held" in it.
class Holder final : public boundary::Director {
 public:
  boundary::Verdict decide(Point point, const boundary::Operation& operation) override {
    if (point != at || !operation.text.contains("held")) return {};
    held = operation.id;
    return {Act::hold};
  }
  void settled(const boundary::Operation& operation, const boundary::Outcome& outcome) override {
    if (operation.text.contains("held")) how = outcome.how;
  }
  Point at = Point::request;
  std::atomic<OperationId> held = 0;
  boundary::Outcome::How how{};
};

class PostgresCancelTest : public PostgresDirectorTest {
 protected:
  void SetUp() override {
    reads_ = true;
    PostgresDirectorTest::SetUp();
    crossing_.set_director(&holder_);
  }
  void TearDown() override { crossing_.set_director(nullptr); }
  // What a client was told, who goes step by step; when he lets it, `meanwhile` is done here.
  Lines play(const std::function<void(Client&, Lines&)>& steps,
             const std::function<void()>& meanwhile = {}) {
    Lines told;
    std::atomic<bool> over = false;
    const std::string url =
        stage_.postgres->url_at("127.0.0.1", stage_.proxy->address().port, "postgres");
    std::jthread going([&] {
      Client client(url);
      steps(client, told);
      over = true;
    });
    wait_for([&] {
      if (let_.exchange(false)) meanwhile();
      return over.load();
    });
    if (!over) crossing_.set_director(nullptr);  // so that he can end
    return told;
  }
  // In the client's thread: waits until something is held.
  void held() {
    while (holder_.held == last_held_) std::this_thread::sleep_for(1ms);
    last_held_ = holder_.held;
  }

  Holder holder_;
  std::atomic<bool> let_ = false;

 private:
  OperationId last_held_ = 0;
};

TEST_F(PostgresCancelTest, WhatIsHeldIsAnsweredAndHasNotHappened) {
  const Lines told = play([this](Client& client, Lines& told) {
    for (const bool extended : {false, true}) {
      constexpr const char* kInsert = "INSERT INTO t VALUES (1) -- held";
      extended ? client.send_extended(kInsert) : client.send(kInsert);
      held();
      client.cancel();
      told.push_back(client.answer() + client.status());
      client.send("INSERT INTO t VALUES (2)");
      told.push_back(client.answer() + client.status());
    }
  });
  const std::string refused = std::string(kCancelled) + "I";
  EXPECT_EQ(told, (Lines{refused, "INSERT 0 1I", refused, "INSERT 0 1I"}));
  EXPECT_EQ(holder_.how, boundary::Outcome::How::cancelled);
  EXPECT_EQ(straight("SELECT sum(n) FROM t"), "4");
}

TEST_F(PostgresCancelTest, ATransactionFailsWithIt) {
  const Lines told = play([this](Client& client, Lines& told) {
    for (const char* sql : {"BEGIN", "INSERT INTO t VALUES (1)"}) {
      client.send(sql);
      told.push_back(client.answer() + client.status());
    }
    client.send_extended("INSERT INTO t VALUES (2) -- held");
    held();
    client.cancel();
    told.push_back(client.answer() + client.status());
    for (const char* sql : {"SELECT 1", "ROLLBACK", "SELECT 1"}) {
      client.send(sql);
      told.push_back(client.answer().substr(0, 8) + client.status());
    }
  });
  EXPECT_EQ(told, (Lines{"BEGINT", "INSERT 0 1T", std::string(kCancelled) + "E", "25P02 cuE",
                         "ROLLBACKI", "SELECT 1I"}));
  EXPECT_EQ(straight("SELECT count(*) FROM t"), "0");
}

TEST_F(PostgresCancelTest, WhatIsFlushedIsIgnoredUpToTheSync) {
  const Lines told = play([this](Client& client, Lines& told) {
    client.pipeline();
    client.send_extended("INSERT INTO t VALUES (1)");
    client.flush();
    told.push_back(client.answer());
    client.send_extended("INSERT INTO t VALUES (2) -- held");
    client.flush();
    held();
    client.cancel();
    told.push_back(client.answer());
    client.send_extended("INSERT INTO t VALUES (3)");
    client.sync();
    told.push_back(client.answer());
    told.push_back(client.answer() + client.status());
    client.send_extended("INSERT INTO t VALUES (4)");
    client.sync();
    told.push_back(client.answer());
  });
  EXPECT_EQ(told,
            (Lines{"INSERT 0 1", std::string(kCancelled), "ignored", "syncedI", "INSERT 0 1"}));
  EXPECT_EQ(straight("SELECT sum(n) FROM t"), "4");
}

TEST_F(PostgresCancelTest, WhatTheServerHasSeenIsForTheServer) {
  holder_.at = Point::answer;
  const Lines told = play(
      [this](Client& client, Lines& told) {
        client.send("SELECT pg_sleep(20)");
        std::this_thread::sleep_for(100ms);
        client.cancel();
        told.push_back(client.answer() + client.status());
        client.send("INSERT INTO t VALUES (1) -- held");
        held();
        client.cancel();  // too late
        let_ = true;
        told.push_back(client.answer() + client.status());
      },
      [this] { crossing_.release(holder_.held); });
  EXPECT_EQ(told, (Lines{std::string(kCancelled) + "I", "INSERT 0 1I"}));
}

TEST_F(PostgresCancelTest, WhatComesByItselfPassesMeanwhile) {
  const Lines told = play(
      [this](Client& client, Lines& told) {
        client.send("LISTEN news");
        told.push_back(client.answer());
        client.send("INSERT INTO t VALUES (1) -- held");
        held();
        let_ = true;
        told.push_back(client.notification());
        client.cancel();
        told.push_back(client.answer() + client.status());
      },
      [this] { straight("NOTIFY news, 'hello'"); });
  EXPECT_EQ(told, (Lines{"LISTEN", "hello", std::string(kCancelled) + "I"}));
}

}  // namespace
}  // namespace peregrine::system
