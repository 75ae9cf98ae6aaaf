#include "wire/websocket.h"

#include <gtest/gtest.h>

#include <vector>

namespace peregrine::wire::websocket {
namespace {

using base::Result;
using Seen = std::vector<std::string>;

constexpr Limits kSmall{.message = 1000, .frames = 4};

std::string bytes(std::initializer_list<int> list) {
  std::string out;
  for (const int byte : list) out += static_cast<char>(byte);
  return out;
}

std::string frame(Opcode opcode, std::string_view payload, bool fin = true, bool rsv1 = false) {
  std::string out;
  append_frame(out, FrameHead{.opcode = opcode, .fin = fin, .rsv1 = rsv1}, payload);
  return out;
}

std::string shown(const Message& message) {
  constexpr std::string_view kKinds[] = {"?", "text", "binary", "",     "",    "",
                                         "",  "",     "close",  "ping", "pong"};
  const std::string code = message.code ? fmt::format(" {}", *message.code) : "";
  return fmt::format("{}{} {}", kKinds[static_cast<int>(message.kind)], code, message.payload);
}

Seen read_in_pieces(Role peer, std::string_view stream, const std::optional<Deflate>& deflate,
                    size_t piece) {
  MessageReader reader(peer, kSmall, deflate);
  Seen seen;
  while (!stream.empty()) {
    std::string_view part = stream.substr(0, piece);
    stream.remove_prefix(part.size());
    while (!part.empty()) {
      Result<size_t> used = reader.feed(part);
      if (!used) {
        seen.push_back(fmt::format("{}: {}", reader.close_code(), used.error().text));
        return seen;
      }
      part.remove_prefix(*used);
      if (reader.done()) seen.push_back(shown(reader.take()));
    }
  }
  return seen;
}

Seen read(Role peer, std::string_view stream, const std::optional<Deflate>& deflate = {}) {
  const Seen whole = read_in_pieces(peer, stream, deflate, stream.size());
  for (const size_t piece : {1, 2, 3, 7, 64}) {
    EXPECT_EQ(read_in_pieces(peer, stream, deflate, piece), whole) << "in pieces of " << piece;
  }
  return whole;
}

Seen read_server(std::string_view stream) { return read(Role::server, stream); }

// RFC 6455 section 5.7.
TEST(WebsocketReaderTest, ReadsTheExamplesOfTheRfc) {
  EXPECT_EQ(read_server(bytes({0x81, 5}) + "Hello"), Seen{"text Hello"});
  EXPECT_EQ(
      read(Role::client, bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58})),
      Seen{"text Hello"});
  EXPECT_EQ(read_server(bytes({1, 3}) + "Hel" + bytes({0x80, 2}) + "lo"), Seen{"text Hello"});
  EXPECT_EQ(read_server(bytes({0x89, 5}) + "Hello"), Seen{"ping Hello"});
  EXPECT_EQ(read_server(bytes({0x82, 0x7e, 1, 0}) + std::string(256, 'x')),
            Seen{"binary " + std::string(256, 'x')});
}

TEST(WebsocketReaderTest, ReadsControlFramesBetweenTheFragmentsOfAMessage) {
  EXPECT_EQ(read_server(frame(Opcode::text, "a", false) + frame(Opcode::ping, "p") +
                        frame(Opcode::continuation, "", false) + frame(Opcode::pong, "") +
                        frame(Opcode::continuation, "b")),
            (Seen{"ping p", "pong ", "text ab"}));
}

TEST(WebsocketReaderTest, ReadsCloseFramesAndNothingAfterThem) {
  EXPECT_EQ(read_server(frame(Opcode::close, "") + "whatever"), Seen{"close "});
  EXPECT_EQ(read_server(frame(Opcode::close,
                              "\x03\xe8"
                              "bye") +
                        "\xff\xff"),
            Seen{"close 1000 bye"});
}

TEST(WebsocketReaderTest, RefusesFramesThatBreakTheRules) {
  EXPECT_EQ(read_server(bytes({0x83, 0})), Seen{"1002: a frame has the reserved opcode 3"});
  EXPECT_EQ(read_server(bytes({0x8b, 0})), Seen{"1002: a frame has the reserved opcode 11"});
  for (const int reserved : {0xc1, 0xa1, 0x91, 0xc9}) {
    EXPECT_EQ(read_server(bytes({reserved, 0})),
              Seen{"1002: a frame has reserved bits set, without an extension for them"});
  }
  EXPECT_EQ(read_server(bytes({0x81, 0x80, 0, 0, 0, 0})),
            Seen{"1002: a frame of the server is masked"});
  EXPECT_EQ(read(Role::client, bytes({0x81, 0})),
            Seen{"1002: a frame of the client is not masked"});
  EXPECT_EQ(read_server(bytes({0x80, 0})),
            Seen{"1002: a frame continues a message that was not begun"});
  EXPECT_EQ(read_server(bytes({1, 0, 1, 0})),
            Seen{"1002: a message begins before the last has ended"});
  const Seen control{"1002: a control frame must be whole and have at most 125 bytes"};
  EXPECT_EQ(read_server(bytes({9, 0})), control);
  EXPECT_EQ(read_server(bytes({0x89, 126, 0, 126})), control);
}

TEST(WebsocketReaderTest, RefusesLengthsThatAreNotTheShortest) {
  EXPECT_EQ(read_server(bytes({0x82, 126, 0, 125})),
            Seen{"1002: a frame says its length of 125 in 2 bytes"});
  EXPECT_EQ(read_server(bytes({0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255})),
            Seen{"1002: a frame says its length of 65535 in 8 bytes"});
  EXPECT_EQ(read_server(bytes({0x82, 127, 128, 0, 0, 0, 0, 0, 0, 0})),
            Seen{"1002: a frame says its length of 9223372036854775808 in 8 bytes"});
}

TEST(WebsocketReaderTest, HoldsMessagesToTheirLimits) {
  EXPECT_EQ(read_server(frame(Opcode::binary, std::string(1000, 'x'))).front().size(), 1007U);
  EXPECT_EQ(read_server(frame(Opcode::binary, std::string(1001, 'x'))),
            Seen{"1009: the message is larger than 1000 bytes"});
  EXPECT_EQ(read_server(frame(Opcode::binary, std::string(600, 'x'), false) +
                        frame(Opcode::continuation, std::string(401, 'x'))),
            Seen{"1009: the message is larger than 1000 bytes"});
  std::string frames = frame(Opcode::binary, "", false);
  for (int i = 0; i < 4; ++i) frames += frame(Opcode::continuation, "", false);
  EXPECT_EQ(read_server(frames), Seen{"1009: the message has more than 4 frames"});
}

TEST(WebsocketReaderTest, HoldsTextToUtf8AcrossFragments) {
  EXPECT_EQ(
      read_server(frame(Opcode::text, "\xe2\x82", false) + frame(Opcode::continuation, "\xac")),
      Seen{"text €"});
  EXPECT_EQ(
      read_server(frame(Opcode::text, "\xe2\x82", false) + frame(Opcode::continuation, "z", false)),
      Seen{"1007: a text message is not UTF-8"});
  EXPECT_EQ(read_server(frame(Opcode::text, "\xe2\x82")),
            Seen{"1007: a text message ends within a character of UTF-8"});
  EXPECT_EQ(read_server(frame(Opcode::binary, "\xff")), Seen{"binary \xff"});
}

TEST(WebsocketReaderTest, TakesOnlyCloseCodesThatMayBeSent) {
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999}) {
    EXPECT_EQ(read_server(frame(Opcode::close, bytes({code >> 8, code & 255}))),
              Seen{fmt::format("close {} ", code)});
  }
  const Seen refused{"1002: a close frame has no code that may be sent"};
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65535}) {
    EXPECT_EQ(read_server(frame(Opcode::close, bytes({code >> 8, code & 255}))), refused) << code;
  }
  EXPECT_EQ(read_server(frame(Opcode::close, "\x03")), refused);
  EXPECT_EQ(read_server(frame(Opcode::close, "\x03\xe8\xff")),
            Seen{"1007: the reason of a close frame is not UTF-8"});
}

// RFC 7692 section 7.2.3.
TEST(WebsocketReaderTest, InflatesTheExamplesOfTheRfc) {
  const std::string hello = bytes({0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00});
  const std::string again = bytes({0xf2, 0x00, 0x11, 0x00, 0x00});
  const std::string stored = bytes({0x00, 0x05, 0x00, 0xfa, 0xff}) + "Hello" + bytes({0x00});
  const std::string last_block = bytes({0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00});
  const std::string two_blocks =
      bytes({0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00});
  for (const std::string& payload : {hello, stored, last_block, two_blocks}) {
    EXPECT_EQ(
        read(Role::server,
             frame(Opcode::text, payload, true, true) + frame(Opcode::text, again, true, true),
             Deflate{}),
        (Seen{"text Hello", "text Hello"}));
  }
  EXPECT_EQ(read(Role::server,
                 frame(Opcode::text, hello.substr(0, 3), false, true) + frame(Opcode::ping, "") +
                     frame(Opcode::continuation, hello.substr(3)),
                 Deflate{}),
            (Seen{"ping ", "text Hello"}));
  EXPECT_EQ(read(Role::server, frame(Opcode::text, bytes({0}), true, true), Deflate{}),
            Seen{"text "});
}

TEST(WebsocketReaderTest, RefusesTheWindowOfTheLastMessageWithoutContextTakeover) {
  const std::string hello = bytes({0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00});
  const std::string again = bytes({0xf2, 0x00, 0x11, 0x00, 0x00});
  EXPECT_EQ(read(Role::server,
                 frame(Opcode::text, hello, true, true) + frame(Opcode::text, again, true, true),
                 Deflate{.server_no_context_takeover = true}),
            (Seen{"text Hello",
                  "1007: the compressed message is not DEFLATE: invalid distance too far back"}));
}

TEST(WebsocketReaderTest, RefusesWhatIsNotDeflate) {
  EXPECT_EQ(read(Role::server, frame(Opcode::binary, "\xff\xff", true, true), Deflate{}),
            Seen{"1007: the compressed message is not DEFLATE: invalid block type"});
  EXPECT_EQ(
      read(Role::server,
           frame(Opcode::text, bytes({0xf2, 0x48, 0xcd}), true, true) + frame(Opcode::text, "more"),
           Deflate{})
          .front()
          .substr(0, 5),
      "1007:");
  EXPECT_EQ(read(Role::server,
                 frame(Opcode::text, "", false, true) + frame(Opcode::continuation, "", true, true),
                 Deflate{}),
            Seen{"1002: a frame has reserved bits set, without an extension for them"});
}

TEST(WebsocketReaderTest, RefusesACompressedMessageThatEndsWithinABlock) {
  EXPECT_EQ(read(Role::server, frame(Opcode::binary, bytes({0, 5, 0, 0xfa, 0xff}), true, true),
                 Deflate{}),
            Seen{"1007: the compressed message ends within a block"});
}

TEST(WebsocketReaderTest, BoundsWhatComesOutOfACompressedMessage) {
  MessageWriter writer(Role::server, 1, Deflate{});
  std::string exact;
  ASSERT_TRUE(writer.append(exact, Message{Opcode::binary, std::string(1000, 'x'), {}}));
  EXPECT_LT(exact.size(), 50U);
  EXPECT_EQ(read(Role::server, exact, Deflate{}), Seen{"binary " + std::string(1000, 'x')});
  std::string bomb;
  MessageWriter other(Role::server, 1, Deflate{});
  ASSERT_TRUE(other.append(bomb, Message{Opcode::binary, std::string(200'000, 'x'), {}}));
  ASSERT_LT(bomb.size(), 1000U);
  EXPECT_EQ(read(Role::server, bomb, Deflate{}),
            Seen{"1009: the message is larger than 1000 bytes"});
}

TEST(WebsocketReaderTest, BoundsWhatIsSentForAMessageThatInflatesToNothing) {
  std::string blocks;  // empty ones
  for (int i = 0; i < 101; ++i) blocks += bytes({0, 0, 0, 0xff, 0xff});
  EXPECT_EQ(read(Role::server,
                 frame(Opcode::binary, blocks, false, true) + frame(Opcode::continuation, blocks),
                 Deflate{}),
            Seen{"1009: the message is larger than 1000 bytes"});
}

// ---- MessageWriter

TEST(WebsocketWriterTest, WritesWhatTheReaderReads) {
  for (const Role self : {Role::client, Role::server}) {
    for (const auto& deflate :
         {std::optional<Deflate>(), std::optional(Deflate{}),
          std::optional(Deflate{true, true, 9, 9}), std::optional(Deflate{false, false, 8, 8})}) {
      MessageWriter writer(self, 7, deflate);
      std::string out;
      for (const size_t fragment : {0, 5, 100}) {
        for (const bool compressed : {true, false}) {
          for (const std::string_view text : {"", "Hello", "Hello, Hello, €"}) {
            const Message message{Opcode::text, std::string(text), {}};
            ASSERT_TRUE(writer.append(out, message, {fragment, compressed}));
          }
        }
      }
      ASSERT_TRUE(writer.append(out, Message{Opcode::close, "done", 4000}));
      const Seen seen = read(self, out, deflate);
      ASSERT_EQ(seen.size(), 19U);
      EXPECT_EQ(seen[1], "text Hello");
      EXPECT_EQ(seen[17], "text Hello, Hello, €");
      EXPECT_EQ(seen[18], "close 4000 done");
    }
  }
}

TEST(WebsocketWriterTest, CutsAMessageIntoFragments) {
  MessageWriter writer(Role::server, 1);
  std::string out;
  ASSERT_TRUE(writer.append(out, Message{Opcode::text, "Hello", {}}, {.fragment = 2}));
  EXPECT_EQ(out, bytes({1, 2}) + "He" + bytes({0, 2}) + "ll" + bytes({0x80, 1}) + "o");
}

TEST(WebsocketWriterTest, SaysEachLengthTheShortestWay) {
  for (const size_t size : {0, 125, 126, 65535, 65536}) {
    MessageReader reader(Role::server);
    const std::string out = frame(Opcode::binary, std::string(size, 'x'));
    ASSERT_TRUE(reader.feed(out)) << size;
    ASSERT_TRUE(reader.done());
    EXPECT_EQ(reader.take().payload.size(), size);
  }
}

TEST(WebsocketWriterTest, RefusesWhatMayNotBeSentAndAppendsNothing) {
  MessageWriter writer(Role::server, 1);
  std::string out;
  EXPECT_FALSE(writer.append(out, Message{Opcode::text, "\xff", {}}));
  EXPECT_FALSE(writer.append(out, Message{Opcode::continuation, "", {}}));
  EXPECT_FALSE(writer.append(out, Message{Opcode::ping, std::string(126, 'x'), {}}));
  EXPECT_FALSE(writer.append(out, Message{Opcode::close, "", 1005}));
  EXPECT_FALSE(writer.append(out, Message{Opcode::close, "why", {}}));
  EXPECT_FALSE(writer.append(out, Message{Opcode::close, std::string(124, 'x'), 1000}));
  EXPECT_EQ(out, "");
  EXPECT_TRUE(writer.append(out, Message{Opcode::close, "", {}}));
  EXPECT_EQ(out, bytes({0x88, 0}));
  EXPECT_FALSE(writer.append(out, Message{Opcode::text, "late", {}}));
}

}  // namespace
}  // namespace peregrine::wire::websocket
