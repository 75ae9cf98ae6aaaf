// /ws/…, /events/…: WebSockets and streams of events, that end in every way. /feed: what is posted
// there goes to all who listen. /streams: how many there are.
#include <fmt/core.h>

#include <chrono>
#include <deque>
#include <set>

#include "base/json.h"
#include "journeys/service/parrot.h"
#include "net/event_writer.h"
#include "net/http_conversation.h"
#include "net/http_server.h"
#include "net/websocket.h"

namespace peregrine::parrot {

using namespace std::chrono_literals;
using base::Map;
using base::Result;
using base::Value;
using wire::websocket::Opcode;

// Counts a stream for as long as it is held, and what it has still to say.
struct Listener {
  explicit Listener(Parrot& parrot) : of(parrot), news(parrot.loop) { of.listeners.insert(this); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { of.listeners.erase(this); }
  Parrot& of;
  std::deque<std::string> queue{};
  net::WebSocket* socket = nullptr;  // null: a stream of events
  io::Signal news;
};

namespace {

constexpr base::Duration kPatience = 10s;
constexpr base::Duration kSignOfLife = 20ms;  // of a stream of events: finds out who has gone

int64_t member(const Value& json, std::string_view name, int64_t otherwise) {
  const Value* found = json.find(name);
  return found && found->kind() == base::Kind::int64 ? found->as_int() : otherwise;
}

io::Task<Result<>> say(net::WebSocket& socket, io::Loop& loop, std::string text) {
  co_return co_await socket.send({.payload = std::move(text)}, loop.in(kPatience));
}

// What a message tells the parrot to do. False: that was the last.
io::Task<bool> obey(net::WebSocket& socket, Parrot& parrot, net::WebSocket::Message message) {
  const Result<Value> json = base::parse_json(message.payload);
  if (!json || !json->is_map() || message.kind == Opcode::binary) {
    co_return (co_await socket.send(std::move(message), parrot.loop.in(kPatience))).has_value();
  }
  if (json->find("drop")) co_return false;
  if (json->find("crash")) fall();
  if (json->find("close")) {
    const Value* reason = json->find("reason");
    (void)co_await socket.close(static_cast<uint16_t>(member(*json, "close", 1000)),
                                reason ? reason->as_text() : "", parrot.loop.in(kPatience));
    co_return false;
  }
  const std::string padding(static_cast<size_t>(member(*json, "bytes", 0)), 'x');
  for (int64_t n = 1; n <= member(*json, "count", 0); ++n) {
    if (!co_await parrot.loop.sleep(std::chrono::milliseconds(member(*json, "every", 0)))) break;
    if (!co_await say(socket, parrot.loop, fmt::format(R"({{"n":{}}}{})", n, padding))) {
      co_return false;
    }
  }
  co_return true;
}

// Tells who has come, and then what it is told.
io::Task<void> talk(Parrot& parrot, net::HttpConversation& conversation) {
  const wire::Request& request = conversation.request().message;
  const std::string hello = base::to_json(Map{{"cookie", request.headers.get("cookie")},
                                              {"guest", request.headers.get("x-guest")},
                                              {"token", request.headers.get("authorization")},
                                              {"target", request.target}});
  net::WebSocketOptions options;
  options.wish.protocols = {"parrot.v2"};
  options.headers = {{"Set-Cookie", "seen=here; Path=/"}};
  auto socket =
      co_await net::WebSocket::accept(conversation, std::move(options), parrot.loop.in(kPatience));
  if (!socket) co_return;
  Listener listener(parrot);
  listener.socket = socket->get();
  if (!co_await say(**socket, parrot.loop, hello)) co_return;
  for (;;) {
    auto message = co_await (*socket)->receive(parrot.loop.in(kPatience));
    if (message && !*message) ++parrot.goodbyes;
    if (!message || !*message) co_return;
    if (!co_await obey(**socket, parrot, **std::move(message))) co_return;
  }
}

// Does not answer a close frame.
io::Task<void> ignore_close(Parrot& parrot, net::HttpConversation& conversation) {
  auto socket = co_await net::WebSocket::accept(conversation, {}, parrot.loop.in(kPatience));
  if (!socket) co_return;
  (void)co_await parrot.loop.sleep(kPatience);
}

// Everything that is posted to /feed, as events.
io::Task<void> follow(Parrot& parrot, net::HttpConversation& conversation) {
  net::EventWriter events(conversation);
  Listener listener(parrot);
  const std::string after = events.last_event_id();
  if (!co_await events.begin(parrot.loop.in(kPatience))) co_return;
  if (!co_await events.send({.type = "hello", .data = after}, parrot.loop.in(kPatience))) co_return;
  int64_t id = 0;
  for (;;) {
    while (!listener.queue.empty()) {
      std::string data = std::move(listener.queue.front());
      listener.queue.pop_front();
      if (data == "cut") co_return;
      if (data == "end") {
        (void)co_await events.end(parrot.loop.in(kPatience));
        co_return;
      }
      net::EventWriter::Event event{.data = std::move(data), .id = std::to_string(++id)};
      if (!co_await events.send(std::move(event), parrot.loop.in(kPatience))) co_return;
    }
    (void)co_await listener.news.wait(parrot.loop.in(kSignOfLife));
    if (!co_await events.comment("alive", parrot.loop.in(kPatience))) co_return;
  }
}

io::Task<wire::Response> publish(Parrot& parrot, const net::HttpRequest& request) {
  const std::string text = request.message.body;
  std::vector<net::WebSocket*> sockets;
  for (Listener* listener : parrot.listeners) {
    if (listener->socket) sockets.push_back(listener->socket);
    if (!listener->socket) listener->queue.push_back(text);
    listener->news.notify_all();
  }
  for (net::WebSocket* socket : sockets) (void)co_await say(*socket, parrot.loop, text);
  co_return json_response(202, Map{{"listeners", parrot.listeners.size()}});
}

io::Task<wire::Response> count(Parrot& parrot) {
  co_return json_response(200,
                          Map{{"open", parrot.listeners.size()}, {"goodbyes", parrot.goodbyes}});
}

// Switches protocols, and to none that was asked for.
io::Task<void> switch_wrongly(Parrot& parrot, net::HttpConversation& conversation) {
  wire::Response wrong{.status = 101, .headers = {{"Upgrade", "websocket"}}};
  wrong.headers.add("Connection", "Upgrade");
  wrong.headers.add("Sec-WebSocket-Accept", "bm90IHRoZSByaWdodCBvbmU=");
  (void)co_await conversation.upgrade(std::move(wrong), parrot.loop.in(kPatience));
}

}  // namespace

void add_streams(net::Router& router, Parrot& parrot) {
  using Conversation = net::HttpConversation;
  router.add_conversation("GET", "/ws", [&parrot](Conversation& c) { return talk(parrot, c); });
  router.add_conversation("GET", "/ws/deaf",
                          [&parrot](Conversation& c) { return ignore_close(parrot, c); });
  router.add_conversation("GET", "/ws/wrong",
                          [&parrot](Conversation& c) { return switch_wrongly(parrot, c); });
  router.add_conversation("GET", "/events",
                          [&parrot](Conversation& c) { return follow(parrot, c); });
  router.add("POST", "/feed",
             [&parrot](const net::HttpRequest& request) { return publish(parrot, request); });
  router.add("GET", "/streams", [&parrot](const net::HttpRequest&) { return count(parrot); });
}

}  // namespace peregrine::parrot
