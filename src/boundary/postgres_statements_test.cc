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

// ---- What operations reach

// One that knows what operations reach: "a w", with "+" where it goes on in a transaction, "%"
// where it can be divided.
class PostgresReachTest : public testing::Test {
 protected:
  void SetUp() override { (void)operations(statements_, kStart); }
  std::string reached(std::string_view bytes) {
    (void)operations(statements_, bytes);
    const Reach& reach = *statements_.asked().reach;
    std::string all = reach.within ? "+" : "";
    for (const Touch& touch : reach.touches) {
      all += fmt::format("{} {}{} ", touch.what, touch.how & Touch::kReads ? "r" : "",
                         touch.how & Touch::kWrites ? "w" : "");
    }
    return all + (reach.divisible ? "%" : "");
  }
  Seen seen_;
  SqlReader reader_;
  PostgresStatements statements_{seen_, 1, &reader_};
};

std::string extended(std::string_view sql) { return parse("", sql) + bind("", "1") + execute(); }
const std::string kFlush = message('H');

TEST_F(PostgresReachTest, WhatIsFlushedEndsWithTheNextSync) {
  EXPECT_EQ(reached(extended("insert into a values (1)") + kSync), "a w %");
  EXPECT_EQ(reached(extended("insert into a values (1)") + kFlush), "a w ");
  EXPECT_EQ(reached(extended("insert into b values (1)") + kFlush), "+b w ");
  EXPECT_EQ(operations(statements_, kSync), "(the end of a transaction)|");
  EXPECT_EQ(reached(""), "+a w b w ");
  EXPECT_EQ(reached(extended("select from a") + kFlush), "a r ");
  EXPECT_EQ(operations(statements_, kSync), "()|");
  EXPECT_EQ(reached(query("begin") + extended("insert into a values (1)") + kFlush), "+a w ");
  EXPECT_EQ(operations(statements_, kSync), "()|");
  EXPECT_EQ(reached(query("commit")), "+a w ");
}

TEST_F(PostgresReachTest, AnAnswerThatWasOvertakenSaysNothingOfTheTransaction) {
  (void)reached(query("begin") + query("insert into a values (1)") + query("commit"));
  EXPECT_EQ(reached(query("begin")), "");
  (void)answers(statements_, tag("BEGIN") + message('Z', "T") + tag("INSERT 0 1") +
                                 message('Z', "T") + tag("COMMIT") + message('Z', "I"));
  EXPECT_EQ(reached(query("update a set n = 1")), "+a rw ");
  (void)answers(statements_, tag("BEGIN") + message('Z', "T") + error("40001") + message('Z', "E"));
  EXPECT_EQ(reached(query("rollback")), "+a  ");
  (void)answers(statements_, tag("ROLLBACK") + message('Z', "I"));
  EXPECT_EQ(reached(query("select from a")), "a r ");
}

TEST_F(PostgresReachTest, ACursorLocksWhatIsFetched) {
  (void)reached(query("begin") + query("declare c cursor for select from a for update") +
                query("declare d cursor for select from b"));
  EXPECT_EQ(reached(query("fetch 10 from c")), "+a r ");
  EXPECT_EQ(reached(query("close c")), "+");
}

TEST_F(PostgresReachTest, WhoHasNoAdvisoryLockGivesNoneBack) {
  constexpr std::string_view kAll = "select pg_advisory_unlock_all()";
  EXPECT_EQ(reached(query(kAll)), "");
  EXPECT_EQ(reached(query("select pg_advisory_lock(1)")), "an advisory lock w ");
  EXPECT_EQ(reached(query(kAll)), "an advisory lock w ");
}

// ---- Operations that are refused

std::string hex(std::string_view bytes) {
  std::string all;
  for (const char byte : bytes) all += byte < ' ' ? '.' : byte;
  return all;
}

TEST_F(PostgresStatementsTest, WhatIsCancelledBeforeItPassesIsRefused) {
  ask(query("update …"));
  const Tap::Refusal refusal = statements_.refuse({});
  EXPECT_EQ(
      hex(refusal.request),
      hex(message('E', text("a statement that was canceled while it was held") + number(0, 4)) +
          kSync));
  EXPECT_EQ(hex(refusal.answer),
            "E...CSERROR.VERROR.C57014.Mcanceling statement due to user "
            "request..");
  constexpr std::string_view kOutcome = "ERROR 57014: canceling statement due to user request";
  EXPECT_EQ(statements_.answered().text, kOutcome);
  EXPECT_EQ(seen_.lines, Lines{fmt::format("update … = {}", kOutcome)});
  // The server's error is not told again, what comes by itself passes at once.
  Tap::Taken taken = statements_.from_server(error("34000"), {});
  EXPECT_TRUE(taken.hidden);
  EXPECT_EQ(taken.state, Tap::Taken::begun);
  taken = statements_.from_server(message('A', number(1, 4) + text("c") + text("p")), {});
  EXPECT_EQ(taken.state, Tap::Taken::between);
  taken = statements_.from_server(message('Z', "E"), {});
  EXPECT_EQ(taken.state, Tap::Taken::ended);
  EXPECT_FALSE(taken.hidden);
  ask(query("rollback"));
  EXPECT_EQ(answers(statements_, tag("ROLLBACK") + kReady), "ROLLBACK|");
}

TEST_F(PostgresStatementsTest, WhatIsRefusedAtAFlushIsIgnoredUpToTheNextSync) {
  ask(parse("", "update …") + bind("", "1") + execute() + message('H'));
  const Tap::Refusal refusal = statements_.refuse({});
  EXPECT_TRUE(refusal.request.ends_with(message('H')));
  EXPECT_EQ(operations(statements_, execute()), "…");  // of the same, which nobody carries out
  EXPECT_EQ(operations(statements_, kSync), "()|");
  const Tap::Taken taken = statements_.from_server(error("34000"), {});
  EXPECT_TRUE(taken.hidden);
  EXPECT_EQ(taken.state, Tap::Taken::ended);
  EXPECT_EQ(answers(statements_, kReady), "|");
  EXPECT_EQ(operations(statements_, query("next")), "next|");
}

TEST_F(PostgresStatementsTest, WhatComesByItselfIsNotHiddenWithWhatDivides) {
  ask(query("update …"));
  EXPECT_EQ(statements_.divide(), query("BEGIN"));
  const std::string notified = message('A', number(1, 4) + text("c") + text("p"));
  for (const std::string& told : {tag("BEGIN"), kReady, tag("UPDATE 1")}) {
    EXPECT_EQ(statements_.from_server(notified, {}).state, Tap::Taken::between);
    EXPECT_EQ(statements_.from_server(told, {}).state, Tap::Taken::begun);
  }
  EXPECT_EQ(statements_.from_server(kReady, {}).state, Tap::Taken::carried_out);
  EXPECT_EQ(statements_.finish(), query("COMMIT"));
  EXPECT_TRUE(statements_.from_server(tag("COMMIT"), {}).hidden);
  EXPECT_EQ(statements_.from_server(notified, {}).state, Tap::Taken::between);
  EXPECT_EQ(statements_.from_server(kReady, {}).state, Tap::Taken::ended);
}

TEST_F(PostgresStatementsTest, ItsKeyIsThatOfWhoCancels) {
  EXPECT_EQ(statements_.key(), "");
  answer(message('K', number(4711, 4) + "abcd"));
  EXPECT_EQ(statements_.key(), number(4711, 4) + "abcd");
}

TEST_F(PostgresStatementsTest, DataOfACopyMayComeBeforeTheServerWantsIt) {
  const std::string data = message('d', "1\n") + message('c');
  EXPECT_EQ(operations(statements_, query("copy") + data), "copy|");
  EXPECT_EQ(answers(statements_, message('G')), ".");
  EXPECT_EQ(answers(statements_, tag("COPY 1") + kReady), "COPY 1|");
  EXPECT_EQ(operations(statements_, extended("copy") + kSync + data + kSync), "copy|");
  EXPECT_EQ(answers(statements_, message('1') + message('2') + message('G')), ".");
  EXPECT_EQ(answers(statements_, tag("COPY 1") + kReady), "COPY 1|");
  // One that is refused begins nothing.
  EXPECT_EQ(operations(statements_, query("copy") + data), "copy|");
  EXPECT_EQ(answers(statements_, error("42P01") + kReady), "ERROR 42P01: no!|");
  EXPECT_EQ(operations(statements_, extended("next") + kSync), "next|");
  EXPECT_EQ(answers(statements_, message('1') + message('2') + tag("A") + kReady), "A|");
  EXPECT_EQ(operations(statements_, query("copy")), "copy|");
  EXPECT_EQ(answers(statements_, message('G')), ".");
  EXPECT_EQ(operations(statements_, data + extended("next") + kSync), "next|");
}

TEST_F(PostgresStatementsTest, WhatComesByItselfPassesByItself) {
  EXPECT_EQ(answers(statements_, message('R', number(0, 4)) + kReady), "..");
  EXPECT_EQ(answers(statements_, message('A', number(1, 4) + text("c") + text("p"))), ".");
  EXPECT_EQ(answers(statements_, error("57P01")), ".");
  EXPECT_EQ(operations(statements_, message('X')), "");
}

}  // namespace
}  // namespace peregrine::boundary
