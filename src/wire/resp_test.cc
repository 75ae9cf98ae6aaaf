#include "wire/resp.h"

#include <gtest/gtest.h>

namespace peregrine::wire::resp {
namespace {

using base::Result;
using Seen = std::vector<std::string>;

constexpr Limits kSmall{.line = 40, .bytes = 60, .elements = 8, .depth = 3};

std::string shown(const Value& value) {
  constexpr std::string_view kNames[] = {"simple",     "error",    "int",  "bulk",   "null",
                                         "null_array", "array",    "bool", "number", "big",
                                         "bulk_error", "verbatim", "map",  "set",    "push"};
  std::string out(kNames[static_cast<size_t>(value.kind)]);
  out += value.format.empty() ? "" : "/" + value.format;
  if (value.kind == Kind::integer || value.kind == Kind::boolean) {
    out += fmt::format(" {}", value.integer);
  }
  if (!value.text.empty()) out += " " + value.text;
  const auto list = [](const std::vector<Value>& values) {
    std::string all;
    for (const Value& one : values) all += (all.empty() ? "" : ", ") + shown(one);
    return all;
  };
  if (!value.elements.empty()) out += " [" + list(value.elements) + "]";
  return value.attributes.empty() ? out : "{" + list(value.attributes) + "} " + out;
}

std::string shown(const Command& command) {
  std::string out;
  for (const std::string& word : command) out += "<" + word + ">";
  return out;
}

template <class Reader>
Seen read_in_pieces(std::string_view stream, size_t piece, const Limits& limits) {
  Reader reader(limits);
  Seen seen;
  while (!stream.empty()) {
    std::string_view part = stream.substr(0, piece);
    stream.remove_prefix(part.size());
    while (!part.empty()) {
      Result<size_t> used = reader.feed(part);
      if (!used) {
        seen.push_back(used.error().text);
        return seen;
      }
      part.remove_prefix(*used);
      if (reader.done()) seen.push_back(shown(reader.take()));
    }
  }
  return seen;
}

template <class Reader>
Seen read(std::string_view stream, const Limits& limits = kSmall) {
  const Seen whole = read_in_pieces<Reader>(stream, stream.size(), limits);
  for (const size_t piece : {1, 2, 3, 7}) {
    EXPECT_EQ(read_in_pieces<Reader>(stream, piece, limits), whole) << "in pieces of " << piece;
  }
  return whole;
}

Seen commands(std::string_view stream) { return read<CommandReader>(stream); }
Seen replies(std::string_view stream) { return read<ReplyReader>(stream); }

// ---- Commands

TEST(RespCommandTest, ReadsArraysOfBulkStringsOneAfterTheOther) {
  EXPECT_EQ(commands("*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\n\r\n\r\n\r\n"),
            (Seen{"<GET><a>", "<\r\n\r\n>"}));
  EXPECT_EQ(commands("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n"), Seen{"<ECHO><>"});
}

TEST(RespCommandTest, PassesOverWhatIsEmpty) {
  EXPECT_EQ(commands("\r\n*0\r\n*-1\r\n\n  \r\nPING\r\n"), Seen{"<PING>"});
}

TEST(RespCommandTest, ReadsInlineCommandsAsRedisDoes) {
  EXPECT_EQ(commands("SET a  b\r\nGET\ta\nQUIT\n"), (Seen{"<SET><a><b>", "<GET><a>", "<QUIT>"}));
  EXPECT_EQ(commands("SET 'it\\'s' \"a\\n\\x41\\\"\\q b\"\n"), Seen{"<SET><it's><a\nA\"q b>"});
  EXPECT_EQ(commands("ECHO \"\" ''\n"), Seen{"<ECHO><><>"});
  for (const std::string_view bad : {"a \"b\n", "a 'b\n", "a \"b\"c\n"}) {
    EXPECT_NE(commands(bad).front().find("are not balanced"), std::string::npos);
  }
}

TEST(RespCommandTest, RefusesWhatIsNoCommand) {
  EXPECT_EQ(commands("*1\r\n:1\r\n"), Seen{"':1' stands where '$' and a length must be"});
  EXPECT_EQ(commands("*1\r\n$-1\r\n"), Seen{"'$-1' stands where '$' and a length must be"});
  EXPECT_EQ(commands("*x\r\n"), Seen{"'*x' stands where '*' and a length must be"});
  EXPECT_EQ(commands("*1\r\n\r\n"), Seen{"'' stands where '$' and a length must be"});
  EXPECT_EQ(commands("*1\n"), Seen{"the line '*1\\x0a' does not end in CRLF"});
  EXPECT_EQ(commands("*1\r\n$1\r\nab\r\n"), Seen{"a string of 1 bytes is not followed by CRLF"});
}

TEST(RespCommandTest, HoldsCommandsToTheirLimits) {
  EXPECT_EQ(commands("*9\r\n"), Seen{"there are more than 8 elements"});
  EXPECT_EQ(commands("*99999999999999999999\r\n"), Seen{"there are more than 8 elements"});
  EXPECT_EQ(commands("*1\r\n$60\r\n"), Seen{"there are more than 60 bytes"});
  EXPECT_EQ(commands("*1\r\n$99999999999999999999\r\n"), Seen{"there are more than 60 bytes"});
  EXPECT_EQ(commands(std::string(43, 'x')), Seen{"a line is longer than 40 bytes"});
  EXPECT_EQ(commands("1 2 3 4 5 6 7 8 9\n"), Seen{"there are more than 8 elements"});
}

TEST(RespCommandTest, WritesWhatItReads) {
  std::string out;
  append(out, Command{"SET", "k", std::string("\r\n\0", 3)});
  EXPECT_EQ(out, std::string("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\n\r\n\0\r\n", 29));
  EXPECT_EQ(commands(out).size(), 1U);
}

// ---- Replies

TEST(RespReplyTest, ReadsEveryKind) {
  EXPECT_EQ(replies("+OK\r\n-ERR no\r\n:-5\r\n$2\r\nhi\r\n$-1\r\n*-1\r\n"),
            (Seen{"simple OK", "error ERR no", "int -5", "bulk hi", "null", "null_array"}));
  EXPECT_EQ(replies("_\r\n#t\r\n#f\r\n,1.5\r\n,-inf\r\n,nan\r\n(-123\r\n!3\r\nERR\r\n"),
            (Seen{"null", "bool 1", "bool 0", "number 1.5", "number -inf", "number nan", "big -123",
                  "bulk_error ERR"}));
  EXPECT_EQ(replies("=6\r\ntxt:hi\r\n"), Seen{"verbatim/txt hi"});
  EXPECT_EQ(replies("%2\r\n+a\r\n:1\r\n+b\r\n*0\r\n"),
            Seen{"map [simple a, int 1, simple b, array]"});
  EXPECT_EQ(replies("~1\r\n+a\r\n>2\r\n+message\r\n*1\r\n$0\r\n\r\n"),
            (Seen{"set [simple a]", "push [simple message, array [bulk]]"}));
  EXPECT_EQ(replies(":+7\r\n:9223372036854775807\r\n,1e3\r\n,-2.5E-7\r\n"),
            (Seen{"int 7", "int 9223372036854775807", "number 1e3", "number -2.5E-7"}));
}

TEST(RespReplyTest, GivesAttributesToTheValueAfterThem) {
  EXPECT_EQ(replies("|1\r\n+ttl\r\n:3\r\n+a\r\n+b\r\n"),
            (Seen{"{simple ttl, int 3} simple a", "simple b"}));
  EXPECT_EQ(replies("*2\r\n|1\r\n+k\r\n:1\r\n:2\r\n:3\r\n"),
            Seen{"array [{simple k, int 1} int 2, int 3]"});
  EXPECT_EQ(replies("|1\r\n+k\r\n:1\r\n*1\r\n:2\r\n"), Seen{"{simple k, int 1} array [int 2]"});
  EXPECT_EQ(replies("|0\r\n:2\r\n"), Seen{"int 2"});
  EXPECT_EQ(replies("|1\r\n+k\r\n:1\r\n|1\r\n"), Seen{"attributes follow attributes"});
}

TEST(RespReplyTest, RefusesStreamedValues) {
  for (const std::string type : {"$", "*", "%", "~"}) {
    EXPECT_EQ(replies(type + "?\r\n"),
              Seen{"'" + type + "?' begins a streamed value; these are not spoken here"});
  }
}

TEST(RespReplyTest, RefusesWhatIsNoReply) {
  for (const std::string_view bad :
       {"PING\r\n",        "\r\n",         "+a\n",     "+a\rb\r\n",
        ":\r\n",           ":1.5\r\n",     ":+-1\r\n", ":9223372036854775808\r\n",
        "_x\r\n",          "#x\r\n",       "#\r\n",    ",\r\n",
        ",1.\r\n",         ",.5\r\n",      ",1e\r\n",  ",Inf\r\n",
        "(1.5\r\n",        "(\r\n",        "$-2\r\n",  "$ 1\r\n",
        "$1\r\nab\r\n",    "*-2\r\n",      "%-1\r\n",  "=3\r\ntxt\r\n",
        "=5\r\ntxtab\r\n", "*1\r\n>0\r\n", ";4\r\n",   ".\r\n"}) {
    const Seen seen = replies(bad);
    ASSERT_EQ(seen.size(), 1U) << bad;
    EXPECT_NE(seen.front().find(' '), std::string::npos) << bad;
  }
}

TEST(RespReplyTest, HoldsRepliesToTheirLimits) {
  EXPECT_EQ(replies("*1\r\n*1\r\n*1\r\n:1\r\n"), Seen{"array [array [array [int 1]]]"});
  EXPECT_EQ(replies("*1\r\n*1\r\n*1\r\n*0\r\n"), Seen{"a reply is nested more than 3 deep"});
  EXPECT_EQ(replies("*8\r\n"), Seen{"there are more than 8 elements"});
  EXPECT_EQ(replies("%9223372036854775808\r\n"), Seen{"there are more than 8 elements"});
  EXPECT_EQ(replies("|0\r\n|0\r\n|0\r\n|0\r\n|0\r\n|0\r\n|0\r\n|0\r\n|0\r\n"),
            Seen{"there are more than 8 elements"});
  EXPECT_EQ(replies("$60\r\n"), Seen{"there are more than 60 bytes"});
  EXPECT_EQ(replies("+" + std::string(42, 'x')), Seen{"a line is longer than 40 bytes"});
}

TEST(RespReplyTest, WritesWhatItReads) {
  const std::string stream =
      "+OK\r\n-ERR no\r\n:-5\r\n$2\r\nhi\r\n_\r\n#t\r\n,1.5\r\n(12\r\n!3\r\nERR\r\n=6\r\ntxt:hi\r\n"
      "%1\r\n|1\r\n+a\r\n:1\r\n+k\r\n~1\r\n*0\r\n>1\r\n+x\r\n";
  ReplyReader reader;
  std::string out;
  std::string_view rest = stream;
  while (!rest.empty()) {
    Result<size_t> used = reader.feed(rest);
    ASSERT_TRUE(used) << used.error().text;
    rest.remove_prefix(*used);
    ASSERT_TRUE(append(out, reader.take(), Version::resp3));
  }
  EXPECT_EQ(out, stream);
}

std::string as_resp2(const Value& value) {
  std::string out;
  EXPECT_TRUE(append(out, value, Version::resp2));
  return out;
}

TEST(RespReplyTest, SaysInResp2WhatItLacks) {
  EXPECT_EQ(as_resp2(Value{}), "$-1\r\n");
  EXPECT_EQ(as_resp2(Value{.kind = Kind::null_array}), "*-1\r\n");
  EXPECT_EQ(as_resp2(Value{.kind = Kind::boolean, .integer = 1}), ":1\r\n");
  EXPECT_EQ(as_resp2(Value{.kind = Kind::number, .text = "1.5"}), "$3\r\n1.5\r\n");
  EXPECT_EQ(as_resp2(Value{.kind = Kind::map, .elements = {text("a"), integer(1)}}),
            "*2\r\n$1\r\na\r\n:1\r\n");
  EXPECT_EQ(as_resp2(Value{.kind = Kind::set, .elements = {text("a")}}), "*1\r\n$1\r\na\r\n");
  EXPECT_EQ(as_resp2(Value{.kind = Kind::verbatim, .text = "hi", .format = "txt"}), "$2\r\nhi\r\n");
  EXPECT_EQ(as_resp2(Value{.kind = Kind::integer, .attributes = {text("a"), text("b")}}), ":0\r\n");
}

TEST(RespReplyTest, RefusesToWriteWhatCouldNotBeRead) {
  std::string out = "before";
  const auto refused = [&](const Value& value) {
    return !append(out, value, Version::resp3).has_value();
  };
  EXPECT_TRUE(refused(error("a\r\nb")));
  EXPECT_TRUE(refused(Value{.kind = Kind::number, .text = "one"}));
  EXPECT_TRUE(refused(Value{.kind = Kind::big_number, .text = "1.5"}));
  EXPECT_TRUE(refused(Value{.kind = Kind::verbatim, .text = "a", .format = "text"}));
  EXPECT_TRUE(refused(Value{.kind = Kind::map, .elements = {text("a")}}));
  EXPECT_TRUE(refused(array({text("a"), Value{.kind = Kind::push}})));
  Value deep = integer(1);
  for (int i = 0; i < 32; ++i) deep = array({deep});
  EXPECT_FALSE(refused(deep));
  out = "before";
  EXPECT_TRUE(refused(array({deep})));
  EXPECT_EQ(out, "before");
}

}  // namespace
}  // namespace peregrine::wire::resp
