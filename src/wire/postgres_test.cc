#include "wire/postgres.h"

#include <gtest/gtest.h>

namespace peregrine::wire::postgres {
namespace {

std::string number(size_t value, int width) {
  std::string bytes;
  for (int i = width - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}
std::string text(std::string_view value) { return std::string(value) + '\0'; }
std::string message(char type, const std::string& payload) {
  return type + number(payload.size() + 4, 4) + payload;
}
std::string untyped(uint32_t code, const std::string& rest) {
  return number(rest.size() + 8, 4) + number(code, 4) + rest;
}

// What a stream gives of bytes that come in pieces of this size: "type:payload " each.
std::string all(MessageStream& stream, std::string_view bytes, size_t piece) {
  std::string seen;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    stream.feed(bytes.substr(at, piece));
    while (const auto m = stream.next()) {
      seen += (m->type ? m->type : '0') + std::string(":") + std::string(m->payload);
      seen += m->cut ? "… " : " ";
    }
  }
  return seen;
}

TEST(PostgresWireTest, GivesTheSameMessagesHoweverTheBytesArePieced) {
  const std::string bytes = untyped(196608, "user") + message('Q', "select 1") + message('S', "") +
                            message('Q', std::string(20, 'x')) + message('X', "");
  const std::string start = number(196608, 4);
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    MessageStream stream(Side::client, 10);
    EXPECT_EQ(all(stream, bytes, piece), "0:" + start + "user Q:select 1 S: Q:xxxxxxxxxx… X: ")
        << piece;
    EXPECT_FALSE(stream.broken());
  }
}

TEST(PostgresWireTest, KnowsWhoAsksForEncryption) {
  EXPECT_EQ(encryption_asked_by(untyped(kSslRequest, "")), kSslRequest);
  EXPECT_EQ(encryption_asked_by(untyped(kGssEncRequest, "")), kGssEncRequest);
  EXPECT_EQ(encryption_asked_by(untyped(196608, "")), std::nullopt);
  EXPECT_EQ(encryption_asked_by(untyped(kCancelRequest, "12345678").substr(0, 8)), std::nullopt);
  EXPECT_EQ(encryption_asked_by(number(9, 4) + number(kSslRequest, 4)), std::nullopt);
  EXPECT_EQ(encryption_asked_by(""), std::nullopt);
}

TEST(PostgresWireTest, TellsHowFarItHasRead) {
  MessageStream stream(Side::client);
  const std::string bytes = untyped(196608, "") + message('Q', "a") + message('S', "").substr(0, 3);
  stream.feed(bytes);
  EXPECT_EQ(stream.unread(), bytes.size());
  EXPECT_TRUE(stream.next());
  EXPECT_EQ(stream.unread(), bytes.size() - 8);
  EXPECT_FALSE(stream.within());
  EXPECT_TRUE(stream.next());
  EXPECT_FALSE(stream.next());
  EXPECT_EQ(stream.unread(), 0U);
  EXPECT_TRUE(stream.within());
}

TEST(PostgresWireTest, StopsAtWhatCannotBe) {
  for (const std::string& bad : {std::string("\0\0\0\7xxx", 7), std::string("\0\1\0\0xxxx", 8),
                                 std::string("GET / HTTP/1.1")}) {
    MessageStream stream(Side::client);
    EXPECT_EQ(all(stream, bad, 1), "");
    EXPECT_TRUE(stream.broken());
    EXPECT_EQ(all(stream, untyped(196608, ""), 1), "");
  }
  for (const std::string& bad :
       {std::string("Z\0\0\0\3", 5), std::string("Z\x7f\xff\xff\xff", 5), message('Q', "")}) {
    MessageStream stream(Side::server);
    EXPECT_EQ(all(stream, bad, 2), "");
    EXPECT_TRUE(stream.broken());
  }
}

Message of(char type, const std::string& payload, bool cut = false) { return {type, payload, cut}; }

TEST(PostgresWireTest, DecodesWhatWasAsked) {
  const std::string parse = text("s1") + text("select $1") + number(0, 2);
  EXPECT_EQ(decode_parse(of('P', parse))->statement, "s1");
  EXPECT_EQ(decode_parse(of('P', parse))->sql, "select $1");
  const std::string bind = text("p1") + text("s1") + number(3, 2) + number(0, 2) + number(1, 2) +
                           number(0, 2) + number(3, 2) + number(3, 4) + "abc" + number(2, 4) +
                           "\1\2" + number(UINT32_MAX, 4) + number(0, 2);
  const auto bound = decode_bind(of('B', bind));
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->portal, "p1");
  ASSERT_EQ(bound->parameters.size(), 3U);
  EXPECT_EQ(bound->parameters[0].bytes, "abc");
  EXPECT_FALSE(bound->parameters[0].binary);
  EXPECT_TRUE(bound->parameters[1].binary);
  EXPECT_TRUE(bound->parameters[2].null);
  EXPECT_EQ(decode_execute(of('E', text("p1") + number(0, 4)))->name, "p1");
  EXPECT_EQ(decode_named(of('D', "S" + text("s1")))->kind, 'S');
  EXPECT_FALSE(decode_named(of('D', "x" + text("s1"))));
  EXPECT_EQ(decode_text(of('Q', text("select"))), "select");
}

TEST(PostgresWireTest, DecodesWhatBecameOfIt) {
  const std::string fields =
      "S" + text("FEHLER") + "V" + text("ERROR") + "C" + text("23505") + "M" + text("no") + '\0';
  const auto error = decode_error(of('E', fields));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->severity, "ERROR");
  EXPECT_EQ(error->sqlstate, "23505");
  EXPECT_EQ(error->text, "no");
  EXPECT_EQ(decode_ready(of('Z', "T")), 'T');
  EXPECT_FALSE(decode_ready(of('Z', "")));
}

TEST(PostgresWireTest, KnowsWhoCancelsWhat) {
  const std::string key = number(4711, 4) + "abcd";
  const std::string request = untyped(kCancelRequest, key);
  EXPECT_EQ(cancel_request_size(request.substr(0, 8)), 16U);
  EXPECT_EQ(cancel_request_size(untyped(196608, key).substr(0, 8)), std::nullopt);
  EXPECT_EQ(cancel_request_size(number(7, 4) + number(kCancelRequest, 4)), std::nullopt);
  EXPECT_EQ(cancel_request_size(number(1U << 20, 4) + number(kCancelRequest, 4)), std::nullopt);
  EXPECT_EQ(cancel_request_size(""), std::nullopt);
  EXPECT_EQ(decode_key(of('K', key)), 4711U);
  EXPECT_EQ(decode_key(of('K', key + "longer")), 4711U);
  EXPECT_EQ(decode_key(of('K', key.substr(1))), std::nullopt);
}

TEST(PostgresWireTest, EncodesWhatIsSaidInPlaceOfAnother) {
  EXPECT_EQ(encode_query("select 1"), message('Q', text("select 1")));
  EXPECT_EQ(encode_execute("p"), message('E', text("p") + number(0, 4)));
  EXPECT_EQ(encode_sync() + encode_flush(), message('S', "") + message('H', ""));
  const std::string error = encode_error({"ERROR", "57014", "no"});
  const std::string fields = error.substr(5);
  const auto decoded = decode_error(of('E', fields));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->severity, "ERROR");
  EXPECT_EQ(decoded->sqlstate, "57014");
  EXPECT_EQ(decoded->text, "no");
}

TEST(PostgresWireTest, AWholeMessageMustBeWholeAndACutOneNeedNot) {
  const std::string bind = text("p1") + text("s1") + number(0, 2) + number(2, 2) + number(3, 4) +
                           "abc" + number(9, 4) + "123456789" + number(0, 2);
  for (size_t n = 0; n + 2 < bind.size(); ++n) {
    const std::string part = bind.substr(0, n);
    EXPECT_FALSE(decode_bind(of('B', part))) << n;
    EXPECT_TRUE(decode_bind(of('B', part, true))) << n;
  }
  const std::string beginning = bind.substr(0, bind.size() - 6);
  const auto cut = decode_bind(of('B', beginning, true));
  EXPECT_EQ(cut->parameters[1].size, 9U);
  EXPECT_EQ(cut->parameters[1].bytes, "12345");
  EXPECT_FALSE(decode_parse(of('P', "no end")));
  EXPECT_EQ(decode_parse(of('P', text("") + "select 1 +", true))->sql, "select 1 +");
  EXPECT_FALSE(decode_text(of('Q', "no end")));
  EXPECT_FALSE(decode_error(of('E', "Mno end")));
}

TEST(PostgresWireTest, ManyParametersAreBounded) {
  std::string bind = text("") + text("") + number(0, 2) + number(1000, 2);
  for (int i = 0; i < 1000; ++i) bind += number(1, 4) + "x";
  EXPECT_EQ(decode_bind(of('B', bind + number(0, 2)))->parameters.size(), kParameters);
}

}  // namespace
}  // namespace peregrine::wire::postgres
