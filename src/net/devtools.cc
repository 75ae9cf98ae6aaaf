#include "net/devtools.h"

#include <fmt/core.h>

#include <charconv>
#include <vector>

#include "base/json.h"

namespace peregrine::net {

using base::Code;
using base::Error;
using base::Result;
using base::Value;
using namespace std::chrono_literals;

namespace {

constexpr base::Duration kSendWithin = 60s;  // as much as a large file takes

Result<Value> answer_of(const Value& message) {
  if (const Value* error = message.find("error")) {
    const std::string words = text_of(*error, "message");
    return base::fail(Code::refused, "{}", words.empty() ? "the browser did not do it" : words);
  }
  return part_of(message, "result");
}

}  // namespace

// A call that waits for its answer, as long as this is there.
struct DevTools::Waiting {
  Waiting(DevTools& its_tools, int64_t its_id, std::string its_session)
      : of(its_tools), id(its_id), session(std::move(its_session)), came(its_tools.loop_) {
    of.waiting_.emplace(id, this);
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { of.waiting_.erase(id); }

  DevTools& of;
  int64_t id;
  std::string session;
  std::optional<Result<Value>> answer{};
  io::Signal came;
};

DevTools::DevTools(io::Loop& loop, std::unique_ptr<WebSocket> socket)
    : loop_(loop), socket_(std::move(socket)), scope_(loop) {}

DevTools::~DevTools() = default;

io::Task<Result<std::unique_ptr<DevTools>>> DevTools::connect(io::Loop& loop, std::string url,
                                                              io::Deadline deadline) {
  NetworkConnector connector(loop);
  CO_TRY(Url where, parse_websocket_url(url));
  WebSocketOptions options;
  options.wish.deflate.reset();  // it is on this machine
  options.message.message = kLongestMessage;
  CO_TRY(auto socket,
         co_await WebSocket::connect(connector, std::move(where), std::move(options), deadline));
  std::unique_ptr<DevTools> tools(new DevTools(loop, std::move(socket)));
  tools->scope_.spawn(tools->read());
  co_return std::move(tools);
}

std::string DevTools::message(std::string_view session, std::string_view method,
                              base::Map parameters) {
  base::MapBuilder message;
  message.set("id", Value(++last_id_)).set("method", Value(method));
  message.set("params", Value(std::move(parameters)));
  if (!session.empty()) message.set("sessionId", Value(session));
  return base::to_json(Value(message.build()));
}

io::Task<Result<Value>> DevTools::call(std::string session, std::string method,
                                       base::Map parameters, io::Deadline deadline) {
  if (ended_) co_return std::unexpected(*ended_);
  std::string text = message(session, method, std::move(parameters));
  Waiting waiting(*this, last_id_, std::move(session));
  // A message that is cut off in its midst would be the last: it has a deadline of its own.
  scope_.spawn(send(std::move(text)));
  while (!waiting.answer) {
    const Result<> woken = co_await waiting.came.wait(deadline);
    if (woken || waiting.answer) continue;
    co_return base::because(woken.error(), fmt::format("the browser did not answer {}", method));
  }
  co_return *std::move(waiting.answer);
}

void DevTools::post(std::string session, std::string method, base::Map parameters) {
  if (!ended_) scope_.spawn(send(message(session, method, std::move(parameters))));
}

io::Task<void> DevTools::send(std::string text) {
  const Result<> sent = co_await socket_->send({.payload = std::move(text)}, loop_.in(kSendWithin));
  if (!sent && !ended_) end(sent.error());
}

DevTools::Listening DevTools::listen(std::string session, Listener listener) {
  std::erase_if(listeners_, [](const auto& entry) { return !*entry.second; });
  auto to = std::make_shared<Listener>(std::move(listener));
  listeners_.emplace(std::move(session), to);
  return Listening(std::move(to));
}

io::Task<void> DevTools::read() {
  for (;;) {
    const auto message = co_await socket_->receive(io::Deadline::never());
    if (!message || !*message) {
      const std::string how = message ? "" : fmt::format(" ({})", message.error().to_string());
      co_return end({Code::closed, "the browser has ended" + how});
    }
    take((*message)->payload);
  }
}

// Half of a surrogate pair, which a page may put into any text of its own, is no JSON here. Whoever
// waits for that is told.
void DevTools::take(std::string_view text) {
  const Result<Value> message = base::parse_json(text);
  if (!message) {
    int64_t id = 0;
    constexpr std::string_view kBegin = "{\"id\":";
    if (!text.starts_with(kBegin)) return;
    std::from_chars(text.data() + kBegin.size(), text.data() + text.size(), id);
    return answer(id, base::fail(Code::protocol, "the browser's answer is not understood"));
  }
  if (const Value* id = message->find("id"); id && id->kind() == base::Kind::int64) {
    return answer(id->as_int(), answer_of(*message));
  }
  const std::string session = text_of(*message, "sessionId");
  if (text_of(*message, "method") == "Target.detachedFromTarget") {
    end_session(text_of(part_of(*message, "params"), "sessionId"));
  }
  const auto [first, last] = listeners_.equal_range(session);
  tell({first, last}, text_of(*message, "method"), part_of(*message, "params"));
}

void DevTools::answer(int64_t id, Result<Value> answer) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  found->second->answer = std::move(answer);
  found->second->came.notify_all();
}

// What was asked there last is not answered any more.
void DevTools::end_session(std::string_view session) {
  for (const auto& [id, one] : waiting_) {
    if (session.empty() || one->session != session || one->answer) continue;
    one->answer = base::fail(Code::refused, "the page has closed");
    one->came.notify_all();
  }
}

// While they are told, listeners may come and go.
void DevTools::tell(std::ranges::subrange<Listeners::iterator> listeners, std::string_view method,
                    const Value& parameters) {
  std::vector<std::shared_ptr<Listener>> told;
  for (const auto& [session, one] : listeners) told.push_back(one);
  for (const auto& one : told) {
    const Listener listener = *one;  // which may end itself
    if (listener) listener(method, parameters);
  }
}

void DevTools::end(Error why) {
  ended_ = std::move(why);
  for (const auto& [id, one] : waiting_) {
    one->answer = std::unexpected(*ended_);
    one->came.notify_all();
  }
  tell({listeners_.begin(), listeners_.end()}, "", Value(base::Map{}));
}

std::string text_of(const Value& told, std::string_view name) {
  const Value* found = told.find(name);
  return found && found->is_text() ? found->as_text() : "";
}

double number_of(const Value& told, std::string_view name) {
  const Value* found = told.find(name);
  if (found && found->kind() == base::Kind::int64) return static_cast<double>(found->as_int());
  return found && found->kind() == base::Kind::real ? found->as_double() : 0;
}

const Value& part_of(const Value& told, std::string_view name) {
  static const Value none{base::Map{}};
  const Value* found = told.find(name);
  return found ? *found : none;
}

}  // namespace peregrine::net
