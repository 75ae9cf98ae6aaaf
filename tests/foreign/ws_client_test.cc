// npm's `ws` as a client of our server.
#include "base/digest.h"
#include "net/http_server.h"
#include "ws_fixture.h"

namespace peregrine::net {
namespace {

class WsClientTest : public WsTest {
 protected:
  void TearDown() override {
    server_.reset();
    WsTest::TearDown();
  }
  void serve() {
    Router router;
    const auto add = [&](const char* path, WebSocketOptions options) {
      router.add_conversation(
          "GET", path, [this, options](HttpConversation& c) { return echo(c, options, heard_); });
    };
    add("/deflate", {});
    add("/chat", {.wish = {.protocols = {"chat"}}});
    add("/small", {.message = {.message = 1000}});
    router.add_conversation("GET", "/pieces", send_pieces);
    router.add_conversation("GET", "/close/{code}",
                            [this](HttpConversation& c) { return close(c, heard_); });
    server_ = std::make_unique<HttpServer>(
        *loop_, *io::Listener::open(*loop_, {"127.0.0.1", 0, ""}), std::move(router));
  }
  // Writes down how the connection ended.
  static Task<void> echo(HttpConversation& c, WebSocketOptions options, std::string& heard) {
    auto socket = co_await WebSocket::accept(c, std::move(options), c.request().deadline);
    if (!socket) co_return;
    for (;;) {
      auto message = co_await (*socket)->receive(c.request().deadline);
      if (!message) heard += message.error().text + "\n";
      if (!message || !*message) break;
      if (!co_await (*socket)->send(**message, c.request().deadline)) co_return;
    }
    if (const auto& end = (*socket)->closed()) {
      heard += fmt::format("{} {}\n", end->code.value_or(0), end->payload);
    }
  }
  // Messages in fragments of seven bytes, with pings between them.
  static Task<void> send_pieces(HttpConversation& c) {
    const auto answer = wire::websocket::answer_handshake(
        c.request().message, {.protocols = {}, .deflate = wire::websocket::Deflate{}});
    EXPECT_TRUE(answer);
    if (!answer) co_return;
    auto upgraded = co_await c.upgrade(answer->response, c.request().deadline);
    if (!upgraded) co_return;
    wire::websocket::MessageWriter writer(wire::websocket::Role::server, 1,
                                          answer->agreement.deflate);
    std::string out;
    const Message messages[] = {
        {.payload = ascii(500)}, {Opcode::ping, "one", {}}, {Opcode::binary, bytes(500, 1), {}},
        {.payload = ""},         {.payload = "héllo"},      {Opcode::close, "no more", 4002}};
    for (const Message& message : messages) {
      EXPECT_TRUE(writer.append(out, message, {.fragment = 7}));
    }
    (void)co_await upgraded->stream.send(out, c.request().deadline);
    std::vector<char> buffer(1000);
    for (;;) {
      auto n = co_await upgraded->stream.receive(buffer, c.request().deadline);
      if (!n || *n == 0) break;
    }
  }
  static Task<void> close(HttpConversation& c, std::string& heard) {
    auto socket = co_await WebSocket::accept(c, {}, c.request().deadline);
    if (!socket) co_return;
    const int code = std::stoi(c.request().parameter("code"));
    auto end =
        co_await (*socket)->close(static_cast<uint16_t>(code), "bye ü", c.request().deadline);
    heard += fmt::format("{} {}\n", end ? "closed" : end.error().to_string(),
                         (*socket)->closed() ? (*socket)->closed()->code.value_or(0) : 0);
  }
  // What a script prints; URL stands for the server.
  std::string run(std::string script) {
    for (size_t at = 0; (at = script.find("URL")) != std::string::npos;) {
      script.replace(at, 3, "ws://" + server_->address().to_string());
    }
    Result<std::string> said = loop_->run(io::output_of(*loop_, node(script)));
    return said ? *said : said.error().to_string();
  }

  std::unique_ptr<HttpServer> server_;
  std::string heard_;
};

constexpr std::string_view kClient = R"js(
  const WebSocket = require("ws");
  const socket = new WebSocket("URLPATH", PROTOCOLS, { perMessageDeflate: DEFLATE });
  const random = require("crypto").randomBytes(1 << 20);
  const text = "line é ".repeat(150000);
  const wanted = ["héllo", "", text, Buffer.alloc(0), random, "abcdef", "plain", "again"];
  let heard = 0;
  socket.on("open", () => {
    console.log("open", socket.extensions, socket.protocol);
    for (const each of wanted.slice(0, 5)) socket.send(each);
    socket.send("ab", { fin: false });
    socket.ping("between");
    socket.send("cd", { fin: false });
    socket.send("ef", { fin: true });
    socket.send("plain", { compress: false });
    socket.send("again");
  });
  socket.on("pong", (data) => console.log("pong", data.toString()));
  socket.on("message", (data, binary) => {
    const each = wanted[heard++];
    if (binary !== (typeof each !== "string")) console.log("wrong kind", heard);
    if (!data.equals(Buffer.from(each))) console.log("wrong bytes", heard, data.length);
    if (heard === wanted.length) socket.close(4000, "done ü");
  });
  socket.on("error", (error) => console.log("error", error.message));
  socket.on("close", (code, reason) => console.log("close", heard, code, reason.toString()));
)js";

std::string client(std::string_view path, std::string_view deflate,
                   std::string_view protocols = "[]") {
  std::string script(kClient);
  for (const auto& [place, value] : {std::pair{std::string_view("PATH"), path},
                                     {std::string_view("DEFLATE"), deflate},
                                     {std::string_view("PROTOCOLS"), protocols}}) {
    script.replace(script.find(place), place.size(), value);
  }
  return script;
}

TEST_F(WsClientTest, AClientExchangesMessagesOfEveryShapeWithTheServer) {
  serve();
  struct Case {
    std::string_view path, wanted, agreed;
  };
  const Case cases[] = {
      {"/deflate", "false", ""},
      {"/chat", "true", ""},
      {"/deflate", "{ threshold: 0 }", "permessage-deflate"},
      {"/deflate", "{ threshold: 0, clientNoContextTakeover: true, serverNoContextTakeover: true }",
       "permessage-deflate"},
      {"/deflate", "{ threshold: 0, clientMaxWindowBits: 10, serverMaxWindowBits: 9 }",
       "permessage-deflate"}};
  for (const Case& each : cases) {
    const std::string said = run(client(each.path, each.wanted));
    EXPECT_TRUE(said.starts_with(fmt::format("open {}", each.agreed))) << said;
    EXPECT_EQ(said.substr(std::min(said.find('\n'), said.size())),
              "\npong between\nclose 8 4000 done ü\n")
        << each.path << each.wanted;
    EXPECT_EQ(std::exchange(heard_, ""), "4000 done ü\n");
  }
}

TEST_F(WsClientTest, AClientAgreesOnAProtocolWithTheServer) {
  serve();
  const std::string said = run(client("/chat", "false", R"(["other", "chat"])"));
  EXPECT_TRUE(said.starts_with("open  chat\n")) << said;
}

constexpr std::string_view kListener = R"js(
  const WebSocket = require("ws");
  const paths = process.argv.slice(1);
  const listen = () => {
    const socket = new WebSocket("URL" + paths.shift(), { perMessageDeflate: { threshold: 0 } });
    socket.on("ping", (data) => console.log("ping", data.toString()));
    socket.on("message", (data, binary) => console.log(binary ? "binary" : "text", data.length,
      require("crypto").createHash("sha256").update(data).digest("hex").slice(0, 8)));
    socket.on("error", (error) => console.log("error", error.message));
    socket.on("close", (code, reason) => {
      console.log("close", code, reason.toString());
      if (paths.length) listen();
    });
  };
)js";

TEST_F(WsClientTest, AClientPutsTheServersFragmentsTogether) {
  serve();
  const auto hashed = [](std::string_view text) { return base::sha256_hex(text).substr(0, 8); };
  EXPECT_EQ(run(std::string(kListener) + R"(paths.push("/pieces"); listen();)"),
            fmt::format("text 500 {}\nping one\nbinary 500 {}\ntext 0 {}\ntext 6 {}\n"
                        "close 4002 no more\n",
                        hashed(ascii(500)), hashed(bytes(500, 1)), hashed(""), hashed("héllo")));
}

TEST_F(WsClientTest, AClientIsToldWhyTheServerCloses) {
  serve();
  std::string script(kListener), said, heard;
  for (const int code : {1000, 1001, 1008, 1011, 3000, 4999}) {
    script += fmt::format("paths.push(\"/close/{}\"); ", code);
    said += fmt::format("close {} bye ü\n", code);
    heard += fmt::format("closed {}\n", code);
  }
  EXPECT_EQ(run(script + "listen();"), said);
  EXPECT_EQ(heard_, heard);
}

// What a client of `ws` does when it is open; it prints how it is closed.
std::string misbehaving(std::string_view path, std::string_view act) {
  return fmt::format(R"js(
    const WebSocket = require("ws");
    const socket = new WebSocket("URL{}", {{ perMessageDeflate: false }});
    socket.on("open", () => {{ {}; }});
    socket.on("error", (error) => console.log("error", error.message));
    socket.on("close", (code) => console.log("close", code));
  )js",
                     path, act);
}

TEST_F(WsClientTest, AClientThatBreaksARuleIsToldWhich) {
  serve();
  EXPECT_EQ(run(misbehaving("/deflate", "socket.send(Buffer.from([0xff]), { binary: false })")),
            "close 1007\n");
  EXPECT_EQ(run(misbehaving("/deflate", "socket.send(\"a\", { mask: false })")), "close 1002\n");
  EXPECT_EQ(run(misbehaving("/small", "socket.send(\"x\".repeat(1001))")), "close 1009\n");
  EXPECT_EQ(run(misbehaving("/small", "socket.terminate()")), "close 1006\n");
}

}  // namespace
}  // namespace peregrine::net
