// Against Redis' own programs: its server answers our commands, its clients ask us.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "wire/foreign_peer.h"
#include "wire/resp.h"

namespace peregrine::wire::resp {
namespace {

using base::Result;
using foreign::Program;
using foreign::Socket;

// A private server without persistence; its answers to our commands.
class RedisServer {
 public:
  RedisServer()
      : port_(Socket::listening().port()),
        program_({"redis-server", "--port", std::to_string(port_), "--bind", "127.0.0.1", "--save",
                  "", "--appendonly", "no", "--enable-debug-command", "yes", "--dir",
                  std::filesystem::temp_directory_path().string()}) {}

  bool started() const { return program_.started(); }

  std::optional<Socket> connected() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline) {
      if (std::optional<Socket> socket = Socket::connected(port_)) return socket;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return std::nullopt;
  }

 private:
  uint16_t port_;
  Program program_;
};

std::vector<Value> ask(const Socket& socket, const std::vector<Command>& commands) {
  std::string bytes;
  for (const Command& command : commands) append(bytes, command);
  EXPECT_TRUE(socket.send(bytes));
  ReplyReader reader;
  std::vector<Value> replies;
  size_t answered = 0;  // pushes answer nothing
  while (answered < commands.size()) {
    const std::string received = socket.receive();
    if (received.empty()) break;
    std::string_view rest = received;
    while (!rest.empty()) {
      Result<size_t> used = reader.feed(rest);
      EXPECT_TRUE(used) << used.error().text;
      if (!used) return replies;
      rest.remove_prefix(*used);
      if (!reader.done()) continue;
      replies.push_back(reader.take());
      answered += replies.back().kind != Kind::push;
    }
  }
  return replies;
}

TEST(RespForeignTest, RedisUnderstandsUsAndWeUnderstandIt) {
  const RedisServer server;
  if (!server.started()) GTEST_SKIP() << "there is no redis-server";
  const std::optional<Socket> socket = server.connected();
  ASSERT_TRUE(socket);
  const std::string binary("\r\n\0\xff", 4);
  const std::vector<Value> replies = ask(*socket, {{"SET", "k", binary},
                                                   {"GET", "k"},
                                                   {"GET", "none"},
                                                   {"INCR", "n"},
                                                   {"NONE"},
                                                   {"BLPOP", "none", "0.01"},
                                                   {"HSET", "h", "a", "1"},
                                                   {"HGETALL", "h"}});
  ASSERT_EQ(replies.size(), 8U);
  EXPECT_EQ(replies[0], (Value{.kind = Kind::simple_string, .text = "OK"}));
  EXPECT_EQ(replies[1], text(binary));
  EXPECT_EQ(replies[2].kind, Kind::null);
  EXPECT_EQ(replies[3], integer(1));
  EXPECT_EQ(replies[4].kind, Kind::error);
  EXPECT_EQ(replies[5].kind, Kind::null_array);
  EXPECT_EQ(replies[7], array({text("a"), text("1")}));
}

TEST(RespForeignTest, RedisSaysEveryKindOfResp3) {
  const RedisServer server;
  if (!server.started()) GTEST_SKIP() << "there is no redis-server";
  const std::optional<Socket> socket = server.connected();
  ASSERT_TRUE(socket);
  std::vector<Command> commands = {{"HELLO", "3"}};
  for (const char* kind : {"string", "integer", "double", "null", "array", "set", "map", "attrib",
                           "push", "verbatim", "true", "false", "bignum"}) {
    commands.push_back({"DEBUG", "PROTOCOL", kind});
  }
  const std::vector<Value> replies = ask(*socket, commands);
  std::vector<Kind> kinds;
  for (const Value& reply : replies) kinds.push_back(reply.kind);
  EXPECT_EQ(kinds, (std::vector{Kind::map, Kind::bulk_string, Kind::integer, Kind::number,
                                Kind::null, Kind::array, Kind::set, Kind::map, Kind::bulk_string,
                                Kind::push, Kind::bulk_string, Kind::verbatim, Kind::boolean,
                                Kind::boolean, Kind::big_number}));
  ASSERT_GT(replies.size(), 8U);
  EXPECT_EQ(replies[8].attributes.size(), 2U);
}

// Serves one connection: a value of every kind to any command, until it ends.
void serve(const Socket& listener, const Value& answer) {
  const Socket socket = listener.accepted();
  CommandReader reader;
  for (std::string received = socket.receive(); !received.empty(); received = socket.receive()) {
    std::string_view rest = received;
    std::string out;
    while (!rest.empty()) {
      Result<size_t> used = reader.feed(rest);
      ASSERT_TRUE(used) << used.error().text;
      rest.remove_prefix(*used);
      if (!reader.done()) continue;
      const Command command = reader.take();
      const bool asked = command.front() == "ASK";
      ASSERT_TRUE(append(out, asked ? answer : Value{.kind = Kind::map}, Version::resp3));
    }
    if (!socket.send(out)) return;
  }
}

TEST(RespForeignTest, RedisCliUnderstandsOurReplies) {
  const Socket listener = Socket::listening();
  Program cli({"redis-cli", "-3", "--no-raw", "-p", std::to_string(listener.port()), "ASK", "a b"});
  if (!cli.started()) GTEST_SKIP() << "there is no redis-cli";
  const Value answer{.kind = Kind::map,
                     .elements = {text("list"), array({integer(7), Value{}}), text("number"),
                                  Value{.kind = Kind::number, .text = "1.5"}, text("set"),
                                  Value{.kind = Kind::set,
                                        .elements = {Value{.kind = Kind::boolean, .integer = 1}}},
                                  text("failed"), error("ERR no")}};
  std::thread server(serve, std::cref(listener), answer);
  const auto [output, code] = cli.finish();
  server.join();
  EXPECT_EQ(output,
            "1# \"list\" => \n   1) (integer) 7\n   2) (nil)\n2# \"number\" => (double) 1.5\n"
            "3# \"set\" => 1~ (true)\n4# \"failed\" => (error) ERR no\n");
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace peregrine::wire::resp
