#include "boundary/postgres_statements.h"

#include <gtest/gtest.h>

namespace peregrine::boundary {
namespace {

std::string number(size_t value, int width) {
  std::string bytes;
  for (int i = width - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}
std::string text(std::string_view value) { return std::string(value) + '\0'; }
std::string message(char type, const std::string& payload = "") {
  return type + number(payload.size() + 4, 4) + payload;
}
std::string query(std::string_view sql) { return message('Q', text(sql)); }
std::string parse(std::string_view name, std::string_view sql) {
  return message('P', text(name) + text(sql) + number(0, 2));
}
std::string bind(std::string_view name, std::string_view param) {
  return message('B', text("") + text(name) + number(0, 2) + number(1, 2) +
                          number(param.size(), 4) + std::string(param) + number(0, 2));
}
std::string execute() { return message('E', text("") + number(0, 4)); }
const std::string kSync = message('S');
const std::string kDescribe = message('D', "P" + text(""));
const std::string kReady = message('Z', "I");
const std::string kStart = number(12, 4) + number(196608, 4) + text("abc");
std::string tag(std::string_view t) { return message('C', text(t)); }
std::string error(std::string_view sqlstate) {
  return message('E', "V" + text("ERROR") + "C" + text(sqlstate) + "M" + text("no") + '\0');
}

class Seen final : public StatementObserver {
 public:
  void statement(const StatementSeen& seen) override {
    std::string line = seen.sql;
    for (const std::string& param : seen.params) line += "[" + param + "]";
    lines.push_back(line + " = " + seen.outcome);
  }
  std::vector<std::string> lines;
};

class PostgresStatementsTest : public testing::Test {
 protected:
  void SetUp() override { ask(kStart); }
  void ask(std::string_view bytes) { statements_.from_client(bytes, {}); }
  void answer(std::string_view bytes) { statements_.from_server(bytes, {}); }
  using Lines = std::vector<std::string>;

  Seen seen_;
  PostgresStatements statements_{seen_, 1};
};

TEST_F(PostgresStatementsTest, ASimpleQueryIsToldOnceWithAllItsOutcomes) {
  ask(query("insert …; update …"));
  answer(tag("INSERT 0 1") + tag("UPDATE 2"));
  EXPECT_TRUE(seen_.lines.empty());
  answer(kReady);
  EXPECT_EQ(seen_.lines, Lines{"insert …; update … = INSERT 0 1; UPDATE 2"});
}

TEST_F(PostgresStatementsTest, APreparedStatementIsToldWithItsParameters) {
  ask(parse("s", "select $1") + kSync);
  answer(message('1') + kReady);
  for (const char* value : {"a", "b"}) {
    ask(bind("s", value) + kDescribe + execute() + kSync);
    answer(message('2') + message('T', number(0, 2)) + message('D', number(0, 2)) +
           tag("SELECT 1") + kReady);
  }
  EXPECT_EQ(seen_.lines, (Lines{"select $1[a] = SELECT 1", "select $1[b] = SELECT 1"}));
}

TEST_F(PostgresStatementsTest, AnErrorIsTheFailedOnesAndTheRestUpToSyncWasNotRun) {
  ask(parse("", "one") + bind("", "1") + execute() + parse("", "two") + bind("", "2") + execute());
  answer(message('1') + message('2') + error("23505"));
  ask(parse("", "three") + bind("", "3") + execute() + kSync);  // ignored by the server as well
  answer(kReady);
  ask(parse("", "four") + bind("", "4") + execute() + kSync);
  answer(message('1') + message('2') + tag("DELETE 1") + kReady);
  EXPECT_EQ(seen_.lines, (Lines{"one[1] = ERROR 23505: no", "four[4] = DELETE 1"}));
}

TEST_F(PostgresStatementsTest, PipelinedBatchesKeepApart) {
  ask(parse("", "one") + bind("", "1") + execute() + kSync + parse("", "two") + bind("", "2") +
      execute() + kSync);
  answer(error("42601") + kReady + message('1') + message('2') + tag("OK") + kReady);
  EXPECT_EQ(seen_.lines, (Lines{"one = ERROR 42601: no", "two[2] = OK"}));
}

TEST_F(PostgresStatementsTest, ACopyIgnoresTheSyncThatCameAlong) {
  ask(parse("", "copy") + bind("", "") + execute() + kSync);
  answer(message('1') + message('2') + message('G', std::string(3, '\0')));
  ask(message('d', "data") + message('c') + kSync);
  answer(tag("COPY 1") + kReady);
  ask(query("next"));
  answer(tag("NEXT") + kReady);
  EXPECT_EQ(seen_.lines, (Lines{"copy[] = COPY 1", "next = NEXT"}));
}

TEST_F(PostgresStatementsTest, ADeferredConstraintFailsAtSync) {
  ask(parse("", "one") + bind("", "1") + execute() + kSync);
  answer(message('1') + message('2') + tag("INSERT 0 1") + error("23503") + kReady);
  EXPECT_EQ(seen_.lines,
            (Lines{"one[1] = INSERT 0 1", "(the end of a transaction) = ERROR 23503: no"}));
}

TEST_F(PostgresStatementsTest, LongTextsAreCut) {
  ask(query(std::string(1'000'000, 'x')));
  answer(tag("OK") + kReady);
  ASSERT_EQ(seen_.lines.size(), 1U);
  EXPECT_LT(seen_.lines[0].size(), kStatementText + 100);
}

TEST_F(PostgresStatementsTest, GivesUpQuietlyOnWhatItDoesNotUnderstand) {
  ask("GET / HTTP/1.1\r\n\r\n");
  EXPECT_FALSE(statements_.following());
  answer(kReady);
  EXPECT_TRUE(seen_.lines.empty());
}

TEST(PostgresStatementsStartTest, FollowsARefusedEncryptionAndNotAnAgreedOne) {
  for (const char* said : {"N", "S"}) {
    Seen seen;
    PostgresStatements statements(seen, 1);
    statements.from_client(number(8, 4) + number(80877103, 4), {});
    statements.from_server(said, {});
    EXPECT_EQ(statements.following(), *said == 'N');
    statements.from_client(kStart, {});
    statements.from_server(message('R', number(0, 4)) + kReady, {});
    statements.from_client(query("q"), {});
    statements.from_server(tag("OK") + kReady, {});
    EXPECT_EQ(seen.lines.size(), *said == 'N' ? 1U : 0U);
  }
}

}  // namespace
}  // namespace peregrine::boundary
