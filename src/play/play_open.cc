// open: a WebSocket, or a stream of server-sent events.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "net/answer_source.h"
#include "net/connector.h"
#include "play/action.h"
#include "play/http_answer.h"
#include "play/http_request.h"
#include "play/judgement.h"
#include "wire/http1_line.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using Kind = lang::OpenAction::Kind;

namespace {

constexpr size_t kRefusalBytes = 16 * 1024;  // of the body of an answer that opens nothing
constexpr base::Duration kRefusalWithin = std::chrono::seconds(1);
constexpr size_t kRefusalShown = 500;
constexpr std::string_view kProtocols = "sec-websocket-protocol";

// What the other side answered, and the stream if it is one.
struct Opened {
  wire::Response answer{};
  std::unique_ptr<Channel> channel{};
};

Kind kind_of(const lang::OpenAction& action, const RequestTarget& to) {
  if (action.kind) return *action.kind;
  return to.scheme.starts_with("http") ? Kind::events : Kind::websocket;
}

// The sub-protocols that the step offers, as it writes them: in a header.
Result<std::vector<std::string>> take_protocols(wire::Headers& headers) {
  std::vector<std::string> protocols;
  for (const wire::Header header : headers) {
    if (!wire::same_ignoring_case(header.name, kProtocols)) continue;
    for (const std::string_view part : base::split(header.value, ',')) {
      protocols.emplace_back(base::trimmed(part));
      if (wire::http1::is_token(protocols.back())) continue;
      return base::fail(Code::invalid,
                        "the header `{}` is a list of names with commas, this is `{}`", kProtocols,
                        base::shortened(header.value, 100));
    }
  }
  headers.remove(kProtocols);
  return protocols;
}

io::Task<Result<Opened>> open_websocket(const net::Origin& origin, wire::Request request,
                                        const Attempt& attempt) {
  net::NetworkConnector connector(attempt.world.loop);
  net::WebSocketOptions options;
  options.seed = attempt.context.random->next();  // its key and masks are those of the play's seed
  CO_TRY(options.wish.protocols, take_protocols(request.headers));
  net::Url url = url_of(origin, request);
  options.headers = std::move(request.headers);
  Opened opened{.answer = {.status = 0}};
  auto socket = co_await net::WebSocket::connect(connector, std::move(url), std::move(options),
                                                 attempt.deadline, &opened.answer);
  if (socket) {
    opened.channel = make_channel(*std::move(socket));
  } else if (opened.answer.status == 0 || opened.answer.status == 101) {
    co_return std::unexpected(socket.error());
  }
  co_return std::move(opened);
}

bool is_event_stream(const wire::Response& head) {
  const std::string_view type = head.headers.get("content-type");
  return wire::same_ignoring_case(base::trimmed(type.substr(0, type.find(';'))),
                                  "text/event-stream");
}

io::Task<Result<Opened>> open_events(const net::Origin& origin, wire::Request request,
                                     const Attempt& attempt) {
  net::NetworkConnector connector(attempt.world.loop);
  if (!request.headers.find("accept")) request.headers.add("Accept", "text/event-stream");
  if (!request.headers.find("cache-control")) request.headers.add("Cache-Control", "no-store");
  CO_TRY(auto exchange,
         co_await net::open_answer(connector, origin, std::move(request), attempt.deadline));
  Opened opened{.answer = exchange->head()};
  if (opened.answer.status == 200 && is_event_stream(opened.answer)) {
    CO_TRY(opened.channel, make_channel(std::move(exchange)));
    co_return std::move(opened);
  }
  const io::Deadline until =
      io::Deadline::earlier(attempt.deadline, attempt.world.loop.in(kRefusalWithin));
  opened.answer.body = co_await net::read_beginning(*exchange, kRefusalBytes, until);
  co_return std::move(opened);
}

// An answer that opens no stream. It is as it should be where `expect` says that status.
Result<> check_refusal(const wire::Response& answer, Kind kind, const Attempt& attempt) {
  const int proper = kind == Kind::websocket ? 101 : 200;
  if (answer.status != proper && judges(attempt.step, "status")) return {};
  const std::string_view type = answer.headers.get("content-type");
  std::string text = fmt::format("the answer is {} {}{}, which opens no {}", answer.status,
                                 wire::reason_phrase(answer.status),
                                 type.empty() ? "" : fmt::format(" of the type {}", type),
                                 kind == Kind::websocket ? "WebSocket" : "stream of events");
  if (kind == Kind::websocket && is_event_stream(answer)) {
    text += "; it is a stream of events: say `kind: events`";
  } else if (kind == Kind::events && answer.headers.has_token("upgrade", "websocket")) {
    text += "; it is a WebSocket: say `kind: websocket`";
  }
  if (answer.headers.find("location")) {
    text += fmt::format("; it leads to {}", answer.headers.get("location"));
  }
  if (!base::trimmed(answer.body).empty()) {
    text += fmt::format("\n{}", base::shortened(base::trimmed(answer.body), kRefusalShown));
  }
  return base::fail(Code::refused, "{}", text);
}

}  // namespace

io::Task<Result<>> play_action(const lang::OpenAction& action, Attempt& attempt) {
  World& world = attempt.world;
  if (const auto former = attempt.streams->take(action.stream)) {
    const Result<> closed = co_await former->close(attempt.deadline);
    if (!closed) {
      co_return base::because(closed.error(),
                              fmt::format("the `{}` that was open was not closed", action.name));
    }
  }
  attempt.see("status", base::Value());  // until there is an answer
  wire::Request request;
  RequestTarget to;
  CO_TRY_OK(fill_request(action.handshake, attempt, to, request));
  add_cookies(attempt, to.origin, request);
  const Kind kind = kind_of(action, to);
  const base::Instant begin = std::max(base::monotonic_now(), world.loop.now());
  attempt.sends(begin);
  const record::Event asked = request_event(action.handshake, to.origin, request, begin);
  attempt.record([&] { return asked; });
  // Not one conditional expression with two tasks in it: each is awaited where it is made.
  Result<Opened> opened = base::fail(Code::failed, "nothing was asked");
  if (kind == Kind::websocket) {
    to.origin.http = net::Http::one;  // a WebSocket is opened over nothing else
    opened = co_await open_websocket(to.origin, request, attempt);
  } else {
    opened = co_await open_events(to.origin, request, attempt);
  }
  const base::Duration took = std::max(begin, world.loop.now()) - begin;
  attempt.answered();
  attempt.record([&] {
    return opened ? answer_event(asked, opened->answer, took) : answer_event(asked, opened.error());
  });
  if (!opened) co_return base::because(opened.error(), "no stream was opened");
  take_cookies(attempt, to.origin, request, opened->answer);
  CO_TRY_OK(see_answer(opened->answer, took, attempt));
  if (!opened->channel) co_return check_refusal(opened->answer, kind, attempt);
  MessageStream::Place place{world.loop,  world.timeline, *attempt.last_sent,
                             action.name, asked.source,   attempt.stream_totals};
  co_return attempt.streams->add(
      action.stream, std::make_shared<MessageStream>(std::move(place), std::move(opened->channel)));
}

}  // namespace peregrine::play
