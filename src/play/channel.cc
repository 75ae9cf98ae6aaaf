#include "play/channel.h"

#include <utility>

#include "net/decoded_source.h"
#include "wire/content_coding.h"
#include "wire/server_sent_events.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using io::Deadline;
using io::Task;
using wire::websocket::Opcode;

namespace {

class WebSocketChannel final : public Channel {
 public:
  explicit WebSocketChannel(std::unique_ptr<net::WebSocket> socket) : socket_(std::move(socket)) {}

  Task<Result<std::optional<StreamMessage>>> next(Deadline deadline) override {
    CO_TRY(auto message, co_await socket_->receive(deadline));
    if (!message) co_return std::nullopt;
    co_return StreamMessage{.binary = message->kind == Opcode::binary,
                            .payload = std::move(message->payload)};
  }

  Task<Result<>> send(StreamMessage message, Deadline deadline) override {
    return socket_->send({.kind = message.binary ? Opcode::binary : Opcode::text,
                          .payload = std::move(message.payload)},
                         deadline);
  }

  Task<Result<>> close(Deadline deadline) override {
    return socket_->close(wire::websocket::kNormalClosure, "", deadline);
  }

  StreamEnd end() const override {
    const auto& closed = socket_->closed();
    return closed ? StreamEnd{closed->code, closed->payload} : StreamEnd{};
  }

 private:
  std::unique_ptr<net::WebSocket> socket_;
};

class EventsChannel final : public Channel {
 public:
  EventsChannel(std::unique_ptr<net::AnswerSource> answer, const std::vector<wire::Coding>& applied)
      : answer_(std::move(answer)) {
    if (!applied.empty()) decoded_.emplace(*answer_, applied);
  }

  Task<Result<std::optional<StreamMessage>>> next(Deadline deadline) override {
    net::ByteSource& source = decoded_ ? static_cast<net::ByteSource&>(*decoded_) : *answer_;
    for (;;) {
      CO_TRY(const size_t used, reader_.feed(piece_));
      piece_.remove_prefix(used);
      if (reader_.done()) {
        auto event = reader_.take();
        co_return StreamMessage{.payload = std::move(event.data),
                                .event = std::move(event.type),
                                .id = std::move(event.id)};
      }
      CO_TRY(piece_, co_await source.next(deadline));
      if (piece_.empty()) co_return std::nullopt;
    }
  }

  Task<Result<>> send(StreamMessage, Deadline) override {
    co_return base::fail(Code::invalid, "it is a stream of events, which only receives");
  }

  // The connection ends with the channel; nobody has to agree.
  Task<Result<>> close(Deadline) override { co_return Result<>{}; }
  StreamEnd end() const override { return {}; }

 private:
  std::unique_ptr<net::AnswerSource> answer_;
  std::optional<net::DecodedSource> decoded_;  // reads `answer_`
  wire::server_sent_events::EventReader reader_;
  std::string_view piece_;  // not read yet
};

}  // namespace

std::unique_ptr<Channel> make_channel(std::unique_ptr<net::WebSocket> socket) {
  return std::make_unique<WebSocketChannel>(std::move(socket));
}

Result<std::unique_ptr<Channel>> make_channel(std::unique_ptr<net::AnswerSource> answer) {
  std::vector<wire::Coding> applied;
  if (const auto coding = answer->head().headers.find("content-encoding")) {
    TRY(applied, wire::parse_codings(*coding));
  }
  return std::make_unique<EventsChannel>(std::move(answer), applied);
}

}  // namespace peregrine::play
