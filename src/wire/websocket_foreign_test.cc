// Node's own client (an experiment in Node 20, on by default since 22) talks to our server's side.
#include <gtest/gtest.h>

#include <thread>

#include "wire/foreign_peer.h"
#include "wire/http1.h"
#include "wire/websocket.h"
#include "wire/websocket_handshake.h"

namespace peregrine::wire::websocket {
namespace {

using base::Result;
using foreign::Program;
using foreign::Socket;

constexpr const char* kScript = R"(
  const socket = new WebSocket(process.argv[1], ['other', 'chat']);
  socket.binaryType = 'arraybuffer';
  const wanted = ['héllo', '', 'x'.repeat(70000)];
  let heard = 0;
  socket.onopen = () => {
    console.log('protocol', socket.protocol);
    for (const text of wanted) socket.send(text);
    socket.send(new Uint8Array([0, 255]));
  };
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) {
      console.log('binary', Array.from(new Uint8Array(data)).join());
      socket.close(4000, 'done');
    } else {
      console.log('text', data === wanted[heard++]);
    }
  };
  socket.onerror = () => console.log('error');
  socket.onclose = ({ code, reason }) => console.log('close', code, reason);
)";

// Sends back what comes, in fragments, with a ping in front.
void echo(const Socket& socket, std::string_view rest, const Agreement& agreement) {
  MessageReader reader(Role::client, Limits(), agreement.deflate);
  MessageWriter writer(Role::server, 1, agreement.deflate);
  std::string received(rest);
  do {
    rest = received;
    while (!rest.empty() && !reader.closed()) {
      Result<size_t> used = reader.feed(rest);
      ASSERT_TRUE(used) << used.error().text;
      rest.remove_prefix(*used);
      if (!reader.done()) continue;
      const Message message = reader.take();
      if (message.kind == Opcode::pong) continue;
      std::string out;
      if (message.kind != Opcode::close) {
        ASSERT_TRUE(writer.append(out, Message{Opcode::ping, "p", {}}));
      }
      ASSERT_TRUE(writer.append(out, message, {.fragment = 1000}));
      ASSERT_TRUE(socket.send(out));
    }
    if (reader.closed()) return;
    received = socket.receive();
  } while (!received.empty());
}

void serve(const Socket& listener) {
  const Socket socket = listener.accepted();
  http1::RequestParser parser;
  std::string received;
  std::string_view rest;
  while (!parser.done()) {
    received = socket.receive();
    ASSERT_FALSE(received.empty());
    Result<size_t> used = parser.feed(received);
    ASSERT_TRUE(used) << used.error().text;
    rest = std::string_view(received).substr(*used);
  }
  const Result<Answer> answer =
      answer_handshake(parser.take(), Wish{.protocols = {"chat"}, .deflate = Deflate{}});
  ASSERT_TRUE(answer) << answer.error().text;
  std::string head;
  ASSERT_TRUE(http1::append(head, answer->response));
  ASSERT_TRUE(socket.send(head));
  echo(socket, rest, answer->agreement);
}

TEST(WebsocketForeignTest, NodeUnderstandsUsAndWeUnderstandIt) {
  Program probe({"node", "--experimental-websocket", "-e", "new WebSocket"});
  if (!probe.started()) GTEST_SKIP() << "there is no node";
  if (probe.finish().first.find("1 argument required") == std::string::npos) {
    GTEST_SKIP() << "this node has no WebSocket";
  }
  const Socket listener = Socket::listening();
  Program node({"node", "--experimental-websocket", "-e", kScript,
                fmt::format("ws://127.0.0.1:{}/", listener.port())});
  std::thread server(serve, std::cref(listener));
  const auto [output, code] = node.finish();
  server.join();
  EXPECT_EQ(code, 0);
  EXPECT_NE(output.find("protocol chat\ntext true\ntext true\ntext true\nbinary 0,255\n"
                        "close 4000 done\n"),
            std::string::npos)
      << output;
}

}  // namespace
}  // namespace peregrine::wire::websocket
