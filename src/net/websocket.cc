#include "net/websocket.h"

#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "net/http_exchange.h"
#include "net/receive_buffer.h"

namespace peregrine::net {

using base::Code;
using base::fail;
using base::Result;
using io::Deadline;
using io::Task;
using wire::websocket::Agreement;
using wire::websocket::Opcode;
using wire::websocket::Role;
using Message = wire::websocket::Message;

namespace {

constexpr size_t kKeptBytes = 4096;  // of memory for what was received, while nothing comes
// Of the body with which a server refuses a handshake: bytes, and time to wait for them.
constexpr size_t kRefusalBytes = 16 * 1024;
constexpr base::Duration kRefusalWithin = std::chrono::seconds(1);

Role other(Role role) { return role == Role::client ? Role::server : Role::client; }

// Sets a flag for as long as it lives, also when its task is ended in the middle of a wait.
class Flagged {
 public:
  Flagged(bool& flag, io::Signal& changed) : flag_(flag), changed_(changed) { flag_ = true; }
  Flagged(const Flagged&) = delete;
  Flagged& operator=(const Flagged&) = delete;
  ~Flagged() {
    flag_ = false;
    changed_.notify_all();
  }

 private:
  bool& flag_;
  io::Signal& changed_;
};

}  // namespace

Result<Url> parse_websocket_url(std::string_view text) {
  const std::string scheme = base::lowercase(text.substr(0, text.find(':')));
  if (scheme != "ws" && scheme != "wss") {
    return fail(Code::invalid, "'{}' must begin with ws:// or wss://", base::shortened(text, 200));
  }
  return parse_url((scheme == "ws" ? "http" : "https") + std::string(text.substr(scheme.size())));
}

WebSocket::WebSocket(std::unique_ptr<io::Stream> owned, io::Stream& stream, std::string received,
                     Role self, const Agreement& agreement, const WebSocketOptions& options)
    : owned_(std::move(owned)),
      stream_(stream),
      options_(options),
      protocol_(agreement.protocol),
      compresses_(agreement.deflate.has_value()),
      reader_(other(self), options.message, agreement.deflate),
      writer_(self, options.seed ? *options.seed : base::fresh_seed(), agreement.deflate),
      received_(std::move(received)),
      changed_(stream.loop()) {}

Task<Result<std::unique_ptr<WebSocket>>> WebSocket::connect(Connector& connector, Url url,
                                                            WebSocketOptions options,
                                                            Deadline deadline,
                                                            wire::Response* answer) {
  base::Random random(options.seed ? *options.seed : base::fresh_seed());
  const std::string key = wire::websocket::make_key(random);
  wire::Request request{.target = url.target(), .headers = options.headers};
  request.headers.set("Host", url.authority());
  wire::websocket::add_handshake(request, key, options.wish);
  CO_TRY(auto exchange, co_await HttpExchange::open(connector, Origin::of(url), std::move(request),
                                                    nullptr, {}, deadline));
  if (answer) {
    *answer = exchange->head();
    const Deadline until = Deadline::earlier(deadline, exchange->loop().in(kRefusalWithin));
    const bool endless = answer->headers.get("Content-Type").starts_with("text/event-stream");
    if (answer->status != 101 && !endless) {
      answer->body = co_await read_beginning(*exchange, kRefusalBytes, until);
    }
  }
  Result<Agreement> agreement = wire::websocket::check_answer(exchange->head(), key, options.wish);
  if (!agreement) {
    co_return base::because(std::move(agreement).error(),
                            fmt::format("no WebSocket with {}", url.to_string()));
  }
  HttpExchange::Upgraded upgraded = exchange->take_upgraded();
  io::Stream& stream = *upgraded.stream;
  co_return std::unique_ptr<WebSocket>(new WebSocket(std::move(upgraded.stream), stream,
                                                     std::move(upgraded.received), Role::client,
                                                     *agreement, options));
}

Task<Result<std::unique_ptr<WebSocket>>> WebSocket::accept(HttpConversation& conversation,
                                                           WebSocketOptions options,
                                                           Deadline deadline) {
  auto answer = wire::websocket::answer_handshake(conversation.request().message, options.wish);
  if (!answer) {
    (void)co_await conversation.respond(wire::websocket::refusal(answer.error()), deadline);
    co_return std::unexpected(std::move(answer).error());
  }
  conversation.may_be_cut();
  for (const wire::Header header : options.headers) {
    answer->response.headers.add(header.name, header.value);
  }
  CO_TRY(auto upgraded, co_await conversation.upgrade(std::move(answer->response), deadline));
  co_return std::unique_ptr<WebSocket>(new WebSocket(nullptr, upgraded.stream,
                                                     std::move(upgraded.received), Role::server,
                                                     answer->agreement, options));
}

Task<Result<std::optional<Message>>> WebSocket::receive(Deadline deadline) {
  base::check(!receiving_, "two tasks receive from one WebSocket");
  const Flagged receiving(receiving_, changed_);
  Result<std::optional<Message>> message = co_await receive_message(deadline);
  if (!message && message.error().code != Code::timeout && !failed_) failed_ = message.error();
  co_return message;
}

Task<Result<std::optional<Message>>> WebSocket::receive_message(Deadline deadline) {
  for (;;) {
    if (closed_) co_return std::nullopt;
    if (failed_) co_return std::unexpected(*failed_);
    Result<size_t> used = reader_.feed(std::string_view(received_).substr(received_at_));
    if (!used) {
      CO_TRY_OK(co_await refuse(std::move(used).error()));
    }
    received_at_ += *used;
    if (!reader_.done()) {
      CO_TRY_OK(co_await receive_bytes(deadline));
      continue;
    }
    Message message = reader_.take();
    CO_TRY(const bool for_the_caller, co_await take(message, deadline));
    if (for_the_caller) co_return std::move(message);
  }
}

// Waits for bytes; in between it asks whether the peer is still there.
Task<Result<>> WebSocket::receive_bytes(Deadline deadline) {
  if (received_.capacity() > kKeptBytes) received_ = std::string();
  for (;;) {
    Deadline until = deadline;
    if (options_.ping_after) {
      until = Deadline::earlier(until, stream_.loop().in(*options_.ping_after));
    }
    Result<size_t> size = co_await stream_.receive(receive_buffer(), until);
    if (size && *size == 0) {
      co_return fail(Code::closed, "the connection ended without a close frame");
    }
    if (size) {
      pinged_ = false;
      received_.assign(receive_buffer().data(), *size);
      received_at_ = 0;
      co_return Result<>{};
    }
    if (size.error().code != Code::timeout || until.at == deadline.at) {
      co_return std::unexpected(std::move(size).error());
    }
    if (pinged_) {
      co_return fail(Code::closed, "the peer gave no sign of life for {}",
                     base::to_text(*options_.ping_after * 2));
    }
    pinged_ = true;
    if (!close_sent_) CO_TRY_OK(writer_.append(pending_, {.kind = Opcode::ping}));
    CO_TRY_OK(co_await flush(deadline));
  }
}

// Answers what the protocol answers by itself; true for what is the caller's.
Task<Result<bool>> WebSocket::take(Message& message, Deadline deadline) {
  if (message.kind == Opcode::text || message.kind == Opcode::binary) co_return true;
  if (message.kind == Opcode::ping && !close_sent_) {
    CO_TRY_OK(writer_.append(pending_, {.kind = Opcode::pong, .payload = message.payload}));
    CO_TRY_OK(co_await flush(deadline));
  }
  if (message.kind == Opcode::close) {
    closed_ = message;
    changed_.notify_all();
    if (!std::exchange(close_sent_, true)) {
      CO_TRY_OK(writer_.append(pending_, message));
      // A peer that is gone has closed all the same.
      if (co_await flush(deadline)) (void)co_await stream_.finish_sending(deadline);
    }
  }
  co_return false;
}

// Tells the peer what it did wrong. The error.
Task<Result<>> WebSocket::refuse(base::Error why) {
  if (!std::exchange(close_sent_, true)) {
    const Message close{.kind = Opcode::close, .payload = "", .code = reader_.close_code()};
    CO_TRY_OK(writer_.append(pending_, close));
    (void)co_await flush(stream_.loop().in(options_.close));
  }
  co_return std::unexpected(std::move(why));
}

Task<Result<>> WebSocket::send(Message message, Deadline deadline) {
  if (close_sent_) co_return fail(Code::closed, "the WebSocket was closed");
  if (failed_) co_return std::unexpected(*failed_);
  if (message.kind == Opcode::close) {
    co_return fail(Code::invalid, "a WebSocket is closed by close(), not by a message");
  }
  CO_TRY_OK(writer_.append(pending_, message));
  co_return co_await flush(deadline);
}

// Sends what is pending, one task at a time. What others add meanwhile is theirs to send.
Task<Result<>> WebSocket::flush(Deadline deadline) {
  while (sending_) CO_TRY_OK(co_await changed_.wait(deadline));
  if (unsendable_) co_return std::unexpected(*unsendable_);
  if (pending_.empty()) co_return Result<>{};
  const Flagged sending(sending_, changed_);
  const std::string bytes = std::exchange(pending_, {});
  Result<> sent = co_await stream_.send(bytes, deadline);
  // A part of a frame may have left: nothing can follow it. What the peer said may still be read.
  if (!sent) unsendable_ = sent.error();
  co_return sent;
}

Task<Result<>> WebSocket::close(uint16_t code, std::string reason, Deadline deadline) {
  const Deadline until = Deadline::earlier(deadline, stream_.loop().in(options_.close));
  if (!close_sent_) {
    CO_TRY_OK(writer_.append(pending_,
                             {.kind = Opcode::close, .payload = std::move(reason), .code = code}));
    close_sent_ = true;
    CO_TRY_OK(co_await flush(until));
  }
  while (!closed_ && !failed_) {
    Result<> heard{};
    if (receiving_) {
      heard = co_await changed_.wait(until);
    } else if (auto message = co_await receive(until); !message) {
      heard = std::unexpected(std::move(message).error());
    }
    if (heard) continue;
    stream_.abort();
    if (heard.error().code != Code::timeout) co_return heard;
    co_return fail(Code::timeout, "the peer did not answer the close frame");
  }
  if (!closed_) co_return std::unexpected(*failed_);
  co_return co_await stream_.finish_sending(until);
}

}  // namespace peregrine::net
