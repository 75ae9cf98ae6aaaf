#include "boundary/postgres_statements.h"

#include <fmt/core.h>
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
  void ask(std::string_view bytes) {
    while (!bytes.empty()) bytes.remove_prefix(statements_.from_client(bytes, {}).bytes);
  }
  void answer(std::string_view bytes) {
    while (!bytes.empty()) bytes.remove_prefix(statements_.from_server(bytes, {}).bytes);
  }
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

// ---- Where operations end

// "SELECT 1|", one for each operation that ends in the bytes: its text, in brackets what is
// invisible.
std::string operations(PostgresStatements& statements, std::string_view bytes) {
  std::string all;
  while (!bytes.empty()) {
    const Tap::Taken taken = statements.from_client(bytes, {});
    bytes.remove_prefix(taken.bytes);
    if (taken.state == Tap::Taken::begun) all += "…";
    if (taken.state != Tap::Taken::ended) continue;
    const Tap::Asked asked = statements.asked();
    all += fmt::format(fmt::runtime(asked.visible ? "{}|" : "({})|"), asked.text);
  }
  return all;
}

// The same of answers: "SELECT 1|", with "!" for what failed; "." for what passes by itself.
std::string answers(PostgresStatements& statements, std::string_view bytes) {
  std::string all;
  for (;;) {
    const Tap::Taken taken = statements.from_server(bytes, {});
    bytes.remove_prefix(taken.bytes);
    if (taken.state == Tap::Taken::begun) all += "…";
    if (taken.state == Tap::Taken::between && taken.bytes > 0) all += ".";
    if (taken.state == Tap::Taken::ended) {
      const Tap::Answered answered = statements.answered();
      all += fmt::format("{}{}|", answered.text, answered.failed ? "!" : "");
    } else if (bytes.empty()) {
      return all;
    }
  }
}

std::string pieces(PostgresStatements& statements, std::string_view bytes,
                   std::string (*see)(PostgresStatements&, std::string_view)) {
  std::string all;
  for (const char& byte : bytes) all += see(statements, {&byte, 1});
  std::erase(all, '.');
  for (size_t at; (at = all.find("…")) != std::string::npos;) all.erase(at, 3);
  return all;
}

TEST_F(PostgresStatementsTest, AnOperationGoesUpToQueryOrSync) {
  const std::string asked =
      query("a") + parse("s", "b") + bind("s", "1") + execute() + kSync + parse("", "c") + kSync;
  const std::string answered =
      tag("A") + kReady + message('1') + message('2') + tag("B") + kReady + message('1') + kReady;
  EXPECT_EQ(operations(statements_, asked), "a|b|(c)|");
  EXPECT_EQ(answers(statements_, answered), "A|B||");
  // However the bytes come.
  PostgresStatements other(seen_, 2);
  (void)operations(other, kStart);
  EXPECT_EQ(pieces(other, asked, operations), "a|b|(c)|");
  EXPECT_EQ(pieces(other, answered, answers), "A|B||");
}

TEST_F(PostgresStatementsTest, AFlushEndsAnOperationToo) {
  EXPECT_EQ(operations(statements_, parse("s", "b") + kDescribe + message('H')), "(b)|");
  EXPECT_EQ(answers(statements_, message('1') + message('n')), "|");
  EXPECT_EQ(operations(statements_, message('H')), "");  // it flushes nothing
  EXPECT_EQ(operations(statements_, bind("s", "1") + execute()), "…");
  EXPECT_EQ(operations(statements_, kSync), "b|");
  EXPECT_EQ(answers(statements_, message('2') + tag("B")), "…");
  EXPECT_EQ(answers(statements_, kReady), "B|");
}

TEST_F(PostgresStatementsTest, AnErrorEndsWhatWasFlushedBehindIt) {
  const std::string one = parse("", "a") + bind("", "1") + execute() + message('H');
  EXPECT_EQ(operations(statements_, one + one + one + kSync), "a|a|a|()|");
  EXPECT_EQ(answers(statements_, message('1') + error("22012")), "ERROR 22012: no!|!|!|");
  EXPECT_EQ(operations(statements_, one), "a|");
  EXPECT_EQ(answers(statements_, kReady + message('1') + message('2') + tag("A")), "|A|");
}

TEST_F(PostgresStatementsTest, DataOfACopyPassesAndItsSecondSyncIsNoOperation) {
  EXPECT_EQ(operations(statements_, parse("", "copy") + bind("", "") + execute() + kSync), "copy|");
  EXPECT_EQ(answers(statements_, message('1') + message('2') + message('G')), ".");
  EXPECT_EQ(operations(statements_, message('d', "1\n") + message('c') + kSync), "");
  EXPECT_EQ(answers(statements_, tag("COPY 1") + kReady), "COPY 1|");
  EXPECT_EQ(operations(statements_, query("copy")), "copy|");
  EXPECT_EQ(answers(statements_, message('G')), ".");
  EXPECT_EQ(operations(statements_, message('d', "x") + message('f', text("no"))), "");
  EXPECT_EQ(answers(statements_, error("57014") + kReady), "ERROR 57014: no!|");
}

TEST_F(PostgresStatementsTest, WhatComesByItselfPassesByItself) {
  EXPECT_EQ(answers(statements_, message('R', number(0, 4)) + kReady), "..");
  EXPECT_EQ(answers(statements_, message('A', number(1, 4) + text("c") + text("p"))), ".");
  EXPECT_EQ(answers(statements_, error("57P01")), ".");
  EXPECT_EQ(operations(statements_, message('X')), "");
}

}  // namespace
}  // namespace peregrine::boundary
