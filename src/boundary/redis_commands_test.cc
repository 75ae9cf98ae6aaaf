#include "boundary/redis_commands.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <vector>

#include "wire/resp.h"

namespace peregrine::boundary {
namespace {

using wire::resp::Command;
using Lines = std::vector<std::string>;

class Seen final : public CommandObserver {
 public:
  void command(const CommandSeen& seen) override {
    lines.push_back(fmt::format("{}{}{}{}", seen.pushed ? "< " : "", seen.text,
                                seen.failed   ? " ! "
                                : seen.pushed ? ""
                                              : " = ",
                                seen.outcome));
  }
  void lost(uint64_t, const std::string& why) override { lines.push_back("lost: " + why); }
  Lines lines{};
};

std::string asking(const Command& command) {
  std::string bytes;
  wire::resp::append(bytes, command);
  return bytes;
}
const std::string kOk = "+OK\r\n";
const std::string kQueued = "+QUEUED\r\n";

// One side of a conversation after the other.
struct Said {
  bool by_client;
  std::string bytes;
};
Said ask(const std::vector<Command>& commands) {
  Said said{true, ""};
  for (const Command& command : commands) said.bytes += asking(command);
  return said;
}
Said answer(std::string bytes) { return {false, std::move(bytes)}; }

// What is told of a conversation, whether its bytes come at once or one by one.
Lines told(const std::vector<Said>& conversation, bool ended = false) {
  Lines first;
  for (const size_t cut : {size_t{1} << 20, size_t{1}, size_t{3}}) {
    Seen seen;
    RedisCommands commands(seen, 1);
    for (const Said& said : conversation) {
      for (size_t at = 0; at < said.bytes.size();) {
        const std::string piece = said.bytes.substr(at, cut);
        at += (said.by_client ? commands.from_client(piece, {}) : commands.from_server(piece, {}))
                  .bytes;
      }
    }
    if (ended) commands.ended({});
    if (cut > 3) first = seen.lines;
    EXPECT_EQ(seen.lines, first) << "in pieces of " << cut;
  }
  return first;
}

TEST(RedisCommands, AnswersComeInTheOrderOfTheCommands) {
  EXPECT_EQ(told({ask({{"SET", "a", "two words"}, {"GET", "a"}, {"GET", "b"}, {"INCR", "a"}}),
                  answer(kOk + "$9\r\ntwo words\r\n$-1\r\n"), answer("-ERR no integer\r\n"),
                  ask({{"LRANGE", "l", "0", "-1"}}), answer("*2\r\n$1\r\nx\r\n$0\r\n\r\n")}),
            (Lines{R"(SET a "two words" = OK)", R"(GET a = "two words")", "GET b = (nil)",
                   "INCR a ! ERR no integer", R"(LRANGE l 0 -1 = [x, ""])"}));
}

TEST(RedisCommands, ATransactionIsOne) {
  EXPECT_EQ(told({ask({{"WATCH", "a"}, {"MULTI"}, {"INCR", "a"}, {"LPUSH", "a", "1"}, {"EXEC"}}),
                  answer(kOk + kOk + kQueued + kQueued + "*2\r\n:1\r\n-WRONGTYPE no\r\n"),
                  ask({{"MULTI"}, {"SET", "a", "1"}, {"EXEC"}}), answer(kOk + kQueued + "*-1\r\n"),
                  ask({{"MULTI"}, {"SET", "a"}, {"EXEC"}}),
                  answer(kOk + "-ERR wrong number\r\n-EXECABORT discarded\r\n"),
                  ask({{"MULTI"}, {"GET", "a"}, {"DISCARD"}, {"PING"}}),
                  answer(kOk + kQueued + kOk + "+PONG\r\n")}),
            (Lines{"WATCH a = OK", "MULTI; INCR a; LPUSH a 1; EXEC ! [1, WRONGTYPE no]",
                   "MULTI; SET a 1; EXEC = (nil): a watched key has changed",
                   "MULTI; SET a; EXEC ! EXECABORT discarded SET a: ERR wrong number",
                   "MULTI; GET a; DISCARD = OK", "PING = PONG"}));
}

TEST(RedisCommands, PasswordsAreHidden) {
  const Lines lines = told(
      {ask({{"AUTH", "secret"},
            {"auth", "anna", "secret"},
            {"HELLO", "3", "AUTH", "anna", "secret", "SETNAME", "me"},
            {"HELLO", "3", "AUTH", "anna", "secret"},
            {"CONFIG", "SET", "maxmemory", "0", "requirepass", "secret"},
            {"CONFIG", "GET", "requirepass"},
            {"ACL", "SETUSER", "anna", "on", ">secret", "~*"},
            {"MIGRATE", "h", "1", "k", "0", "9", "AUTH2", "anna", "secret", "KEYS", "k"}}),
       answer(kOk + "-WRONGPASS no\r\n"),
       answer("-ERR unknown command `HELLO`, with args beginning with: `3` `AUTH` `secret`\r\n"),
       answer("%1\r\n+server\r\n+redis\r\n" + kOk + "*2\r\n$11\r\nrequirepass\r\n$6\r\nsecret\r\n" +
              kOk + kOk)});
  EXPECT_EQ(lines, (Lines{"AUTH *** = OK", "auth anna *** ! WRONGPASS no",
                          "HELLO 3 AUTH anna *** SETNAME me ! ERR unknown command `HELLO`",
                          "HELLO 3 AUTH anna *** = [server: redis]",
                          "CONFIG SET maxmemory 0 requirepass *** = OK",
                          "CONFIG GET requirepass = (hidden)", "ACL SETUSER anna on *** ~* = OK",
                          "MIGRATE h 1 k 0 9 AUTH2 anna *** KEYS k = OK"}));
}

const std::string kMessage = "3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n";

TEST(RedisCommands, MessagesComeByThemselves) {
  const std::string a = "3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n";
  const std::string b = "3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n";
  const std::string p = "3\r\n$10\r\npsubscribe\r\n$1\r\n*\r\n:3\r\n";
  const std::string not_a = "3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:2\r\n";
  const std::string not_b = "3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:1\r\n";
  const Lines expected = {"SUBSCRIBE a b = 2 in all", "PSUBSCRIBE * = 3 in all", "< message a hi",
                          "UNSUBSCRIBE = 1 in all", "PING = PONG"};
  for (const std::string type : {"*", ">"}) {
    Lines lines =
        told({ask({{"HELLO", type == ">" ? "3" : "2"}}),
              answer(type == ">" ? "%1\r\n+proto\r\n:3\r\n" : "*2\r\n+proto\r\n:2\r\n"),
              ask({{"SUBSCRIBE", "a", "b"}, {"PSUBSCRIBE", "*"}}),
              answer(type + a + type + b + type + p + type + kMessage),
              ask({{"UNSUBSCRIBE"}, {"PING"}}), answer(type + not_a + type + not_b + "+PONG\r\n")});
    lines.erase(lines.begin());
    EXPECT_EQ(lines, expected) << type;
  }
}

TEST(RedisCommands, AListThatLooksLikeAMessageIsAnAnswer) {
  EXPECT_EQ(told({ask({{"LRANGE", "l", "0", "-1"}}), answer("*" + kMessage)}),
            (Lines{"LRANGE l 0 -1 = [message, a, hi]"}));
}

TEST(RedisCommands, PushesOfClientSideCachingAreTold) {
  EXPECT_EQ(
      told({ask({{"GET", "a"}}),
            answer(">2\r\n+invalidate\r\n*1\r\n$1\r\na\r\n$1\r\n1\r\n>2\r\n+invalidate\r\n_\r\n")}),
      (Lines{"< invalidate [… 1]", R"(GET a = "1")", "< invalidate (nil)"}));
}

TEST(RedisCommands, WhatIsMonitoredIsNotTold) {
  EXPECT_EQ(told({ask({{"MONITOR"}}),
                  answer(kOk + "+1339518083.107412 [0 127.0.0.1:60866] \"get\" \"a\"\r\n"),
                  ask({{"PING"}}), answer("+1339518083.2 [0 lua] \"x\"\r\n+PONG\r\n")}),
            (Lines{"MONITOR = OK", "PING = PONG"}));
}

TEST(RedisCommands, SomeWantNoAnswer) {
  EXPECT_EQ(
      told({ask({{"CLIENT", "REPLY", "SKIP"}, {"INCR", "a"}, {"GET", "a"}}), answer("$1\r\n1\r\n"),
            ask({{"CLIENT", "REPLY", "OFF"}, {"INCR", "a"}, {"CLIENT", "REPLY", "ON"}}),
            answer(kOk)}),
      (Lines{"CLIENT REPLY SKIP = (no answer wanted)", "INCR a = (no answer wanted)",
             R"(GET a = "1")", "CLIENT REPLY OFF = (no answer wanted)",
             "INCR a = (no answer wanted)", "CLIENT REPLY ON = OK"}));
}

TEST(RedisCommands, WhatWasNotAnsweredIsToldAtTheEnd) {
  EXPECT_EQ(told({ask({{"MULTI"}, {"SET", "a", "1"}}), answer(kOk + kQueued),
                  ask({{"BLPOP", "q", "0"}, {"QUIT"}})},
                 true),
            (Lines{"MULTI; SET a 1 = (not executed: the connection ended)",
                   "BLPOP q 0 ! (no answer: the connection ended)",
                   "QUIT = (no answer: the connection ended)"}));
}

TEST(RedisCommands, ARefusedConnectionIsTold) {
  EXPECT_EQ(told({answer("-ERR max number of clients reached\r\n")}, true),
            (Lines{"(connection) ! ERR max number of clients reached"}));
}

TEST(RedisCommands, WhatItDoesNotUnderstandEndsItOnce) {
  EXPECT_EQ(told({ask({{"GET", "a"}}), answer("HTTP/1.1 200 OK\r\n"), ask({{"PING"}}),
                  answer("+PONG\r\n")},
                 true),
            (Lines{"lost: 'H' is no type of an answer"}));
  EXPECT_EQ(told({answer("+OK\r\n")}), (Lines{"lost: an answer came that nobody asked for"}));
  EXPECT_EQ(told({ask({{"PSYNC", "?", "-1"}})}), (Lines{"lost: it has become that of a replica"}));
  EXPECT_EQ(told({ask({{"MULTI"}, {"SUBSCRIBE", "a"}}), answer(kOk + kQueued)}),
            (Lines{"lost: it subscribes in a transaction"}));
}

TEST(RedisCommands, LongTextsAreCut) {
  const std::string big(5000, 'x');
  const Lines lines =
      told({ask({{"SET", "a", big}, {"GET", "a"}}), answer(kOk + "$5000\r\n" + big + "\r\n")});
  const std::string cut = "\"" + std::string(200, 'x') + "\"… (5000 bytes)";
  EXPECT_EQ(lines, (Lines{"SET a " + cut + " = OK", "GET a = " + cut}));
}

TEST(RedisCommands, BytesAreShownAsRedisCliShowsThem) {
  EXPECT_EQ(told({ask({{"SET", std::string("\x00\xff\n\"", 4), "žluť", ""}}), answer(kOk)}),
            (Lines{R"(SET "\x00\xff\n\"" žluť "" = OK)"}));
}

// "GET a|", one for each operation that ends in the bytes, in brackets what is invisible, with "-"
// what wants no answer; of the server's bytes what ends an operation, "." what passes by itself.
std::string operations(RedisCommands& commands, Said said) {
  std::string all;
  std::string_view bytes = said.bytes;
  while (!bytes.empty()) {
    const Tap::Taken taken =
        said.by_client ? commands.from_client(bytes, {}) : commands.from_server(bytes, {});
    bytes.remove_prefix(taken.bytes);
    if (taken.state == Tap::Taken::between) all += ".";
    if (taken.state == Tap::Taken::begun) all += "…";
    if (taken.state != Tap::Taken::ended) continue;
    const Tap::Asked asked = commands.asked();
    const Tap::Answered answered = commands.answered();
    if (!said.by_client) all += fmt::format("{}{}|", answered.text, answered.failed ? "!" : "");
    if (!said.by_client) continue;
    all += fmt::format(fmt::runtime(asked.visible ? "{}{}|" : "({}{})|"), asked.text,
                       asked.answered ? "" : "-");
  }
  return all;
}

TEST(RedisOperations, AreCommandsAndTheExecOfATransaction) {
  Seen seen;
  RedisCommands redis(seen, 1);
  EXPECT_EQ(operations(redis, ask({{"PING"}, {"SET", "a", "1"}})), "(PING)|SET a 1|");
  EXPECT_EQ(operations(redis, answer("+PONG\r\n" + kOk)), "PONG|OK|");
  EXPECT_EQ(operations(redis, ask({{"MULTI"}, {"INCR", "a"}, {"EXEC"}})),
            "(MULTI)|(INCR a)|MULTI; INCR a; EXEC|");
  EXPECT_EQ(operations(redis, answer(kOk + kQueued + "*1\r\n:2\r\n")), "OK|QUEUED|[2]|");
  EXPECT_EQ(operations(redis, ask({{"MULTI"}, {"DISCARD"}, {"GET", "a"}})),
            "(MULTI)|(MULTI; DISCARD)|GET a|");
  EXPECT_EQ(operations(redis, answer(kOk + kOk + "-ERR no\r\n")), "OK|OK|ERR no!|");
}

TEST(RedisOperations, WhatWantsNoAnswerAndWhatComesByItself) {
  Seen seen;
  RedisCommands redis(seen, 1);
  EXPECT_EQ(operations(redis, ask({{"CLIENT", "REPLY", "SKIP"}, {"SET", "a", "1"}, {"GET", "a"}})),
            "(CLIENT REPLY SKIP-)|SET a 1-|GET a|");
  EXPECT_EQ(operations(redis, answer("$1\r\n1\r\n")), "\"1\"|");
  EXPECT_EQ(operations(redis, ask({{"SUBSCRIBE", "c", "d"}})), "SUBSCRIBE c d|");
  const std::string one = "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n";
  const std::string two = "*3\r\n$9\r\nsubscribe\r\n$1\r\nd\r\n:2\r\n";
  EXPECT_EQ(operations(redis, answer(one + two)), ".2 in all|");
  EXPECT_EQ(operations(redis, answer("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n")), ".");
  EXPECT_EQ(operations(redis, answer("*3\r\n$7\r\nmess")), "…");
}

}  // namespace
}  // namespace peregrine::boundary
