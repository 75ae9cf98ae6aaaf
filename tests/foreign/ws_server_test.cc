// npm's `ws` as a server of our client.
#include "ws_fixture.h"

namespace peregrine::net {
namespace {

using WsServerTest = WsTest;

// Prints its port. The path chooses what is agreed, and how it answers.
constexpr std::string_view kServer = R"js(
  const { WebSocketServer } = require("ws");
  const kinds = {
    plain: false,
    deflate: { threshold: 0 },
    forgetful: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
    narrow: { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 10 },
  };
  const all = {};
  for (const [name, perMessageDeflate] of Object.entries(kinds)) {
    all[name] = new WebSocketServer({ noServer: true, perMessageDeflate, maxPayload: 2000000,
      handleProtocols: (offered) => offered.has("chat") && "chat" });
  }
  const server = require("http").createServer((request, response) => {
    response.writeHead(426).end();
  });
  server.on("upgrade", (request, stream, head) => {
    const [, kind, code] = request.url.split("/");
    if (kind === "quit") process.exit(0);
    all[kind].handleUpgrade(request, stream, head, (socket) => {
      if (code) return socket.close(Number(code), "bye ü");
      socket.on("error", () => {});
      socket.on("message", (data, binary) => {
        const half = data.length >> 1;
        socket.send(data.subarray(0, half), { binary, fin: false });
        socket.ping("between");
        socket.send(data.subarray(half), { binary, fin: true });
      });
    });
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
)js";

using Visit = Task<Result<std::string>> (*)(Loop& loop, Connector& connector, std::string base);

// What `visit` tells of a server.
Task<Result<std::string>> with_server(Loop& loop, std::string command, Visit visit) {
  io::ForeignProgram program(loop, command);
  NetworkConnector connector(loop);
  CO_TRY(const std::string port, co_await program.read_until("\n", loop.in(20s)));
  const std::string base = "ws://127.0.0.1:" + port.substr(0, port.size() - 1);
  Result<std::string> told = co_await visit(loop, connector, base);
  const Url quit = *parse_websocket_url(base + "/quit");
  (void)co_await WebSocket::connect(connector, quit, {}, loop.in(5s));
  co_return told;
}

Task<Result<std::string>> exchange_messages(Loop& loop, Connector& connector, std::string url) {
  const WebSocketOptions options{
      .wish = {.protocols = {"other", "chat"}, .deflate = wire::websocket::Deflate{}}};
  CO_TRY(auto socket,
         co_await WebSocket::connect(connector, *parse_websocket_url(url), options, loop.in(5s)));
  std::string told =
      fmt::format("{}{}", socket->protocol(), socket->compresses() ? " deflate" : "");
  const Message messages[] = {{.payload = "héllo"},        {.payload = ""},
                              {.payload = ascii(1 << 20)}, {Opcode::binary, bytes(1 << 20, 7), {}},
                              {Opcode::binary, "", {}},    {.payload = ascii(1000)}};
  for (const Message& message : messages) {
    CO_TRY_OK(co_await socket->send({Opcode::ping, "p", {}}, loop.in(5s)));
    CO_TRY_OK(co_await socket->send(message, loop.in(5s)));
    CO_TRY(const auto answer, co_await socket->receive(loop.in(5s)));
    told += answer == message ? " same" : " different";
  }
  CO_TRY_OK(co_await socket->close(4000, "done", loop.in(5s)));
  co_return told + fmt::format(" {}\n", socket->closed() ? *socket->closed()->code : 0);
}

Task<Result<std::string>> visit_all(Loop& loop, Connector& connector, std::string base) {
  std::string told;
  for (const char* kind : {"plain", "deflate", "forgetful", "narrow"}) {
    CO_TRY(const std::string of_it,
           co_await exchange_messages(loop, connector, fmt::format("{}/{}", base, kind)));
    told += of_it;
  }
  co_return told;
}

TEST_F(WsServerTest, TheClientExchangesMessagesOfEveryShapeWithAServer) {
  const Result<std::string> told = loop_->run(with_server(*loop_, node(kServer), visit_all));
  ASSERT_TRUE(told) << told.error().to_string();
  const std::string compressed = "chat deflate same same same same same same 4000\n";
  EXPECT_EQ(*told,
            "chat same same same same same same 4000\n" + compressed + compressed + compressed);
}

Task<Result<std::string>> visit_closing(Loop& loop, Connector& connector, std::string base) {
  std::string told;
  for (const int code : {1000, 1001, 1011, 3000, 4999}) {
    const Url url = *parse_websocket_url(fmt::format("{}/deflate/{}", base, code));
    CO_TRY(auto socket, co_await WebSocket::connect(connector, url, {}, loop.in(5s)));
    CO_TRY(const auto message, co_await socket->receive(loop.in(5s)));
    const Message end = socket->closed().value_or(Message{});
    told += fmt::format("{}{} {}\n", message ? "message " : "", end.code.value_or(0), end.payload);
  }
  const Url url = *parse_websocket_url(base + "/deflate");
  CO_TRY(auto socket, co_await WebSocket::connect(connector, url, {}, loop.in(5s)));
  CO_TRY_OK(co_await socket->send({.payload = ascii(2'000'001)}, loop.in(5s)));
  CO_TRY(const auto message, co_await socket->receive(loop.in(5s)));
  co_return told + fmt::format("{}", socket->closed().value_or(Message{}).code.value_or(0));
}

TEST_F(WsServerTest, TheClientHearsWhyAServerCloses) {
  const Result<std::string> told = loop_->run(with_server(*loop_, node(kServer), visit_closing));
  ASSERT_TRUE(told) << told.error().to_string();
  EXPECT_EQ(*told, "1000 bye ü\n1001 bye ü\n1011 bye ü\n3000 bye ü\n4999 bye ü\n1009");
}

}  // namespace
}  // namespace peregrine::net
