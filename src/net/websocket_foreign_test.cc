// Node's own WebSocket (an experiment in Node 20, on by default since 22) against our server.
// Skipped where there is none.
#include <gtest/gtest.h>

#include "io/foreign_program.h"
#include "net/http_server.h"
#include "net/websocket.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Result;
using io::Deadline;
using io::Task;
using wire::websocket::Message;

Task<void> echo(HttpConversation& c) {
  auto socket = co_await WebSocket::accept(
      c, {.wish = {.protocols = {"chat"}, .deflate = wire::websocket::Deflate{}}},
      c.request().deadline);
  if (!socket) co_return;
  for (;;) {
    Result<std::optional<Message>> message = co_await (*socket)->receive(Deadline::never());
    if (!message || !*message) co_return;
    if (!co_await (*socket)->send(**message, c.request().deadline)) co_return;
  }
}

constexpr std::string_view kClient = R"js(
  const socket = new WebSocket("URL", ["other", "chat"]);
  const wanted = ["héllo", "", "x".repeat(200000)];
  let heard = 0;
  socket.onopen = () => {
    console.log("protocol", socket.protocol);
    for (const text of wanted) socket.send(text);
  };
  socket.onmessage = ({ data }) => {
    console.log("text", data === wanted[heard++]);
    if (heard === wanted.length) socket.close(4000, "done");
  };
  socket.onerror = () => console.log("error");
  socket.onclose = ({ code, reason }) => console.log("close", code, reason);
)js";

TEST(WebSocketForeignTest, NodeTalksToTheServer) {
  std::unique_ptr<io::Loop> loop = *io::Loop::create();
  Result<std::string> probe = loop->run(io::output_of(
      *loop, "node --experimental-websocket -p 'typeof WebSocket' 2>/dev/null || true"));
  if (!probe || *probe != "function\n") GTEST_SKIP() << "no node with a WebSocket";
  Router router;
  router.add_conversation("GET", "/chat", echo);
  HttpServer server(*loop, *io::Listener::open(*loop, {"127.0.0.1", 0, ""}), std::move(router));
  std::string script(kClient);
  script.replace(script.find("URL"), 3, "ws://" + server.address().to_string() + "/chat");
  Result<std::string> output = loop->run(
      io::output_of(*loop, "node --experimental-websocket -e '" + script + "' 2>/dev/null"));
  ASSERT_TRUE(output) << output.error().to_string();
  EXPECT_EQ(*output, "protocol chat\ntext true\ntext true\ntext true\nclose 4000 done\n");
}

}  // namespace
}  // namespace peregrine::net
