#include "play/message_stream.h"

#include <fmt/core.h>

#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using base::Value;
using io::Deadline;
using io::Task;
using Kind = record::Event::Kind;

namespace {

constexpr size_t kShown = 4000;                 // bytes of a message, in the timeline
constexpr uint16_t kCutOff = 1006;              // what browsers tell when there was no close frame
constexpr size_t kBytesOfAMessage = 200;        // that each takes beside what it says
constexpr std::string_view kUsual = "message";  // the type of an event that says none

// Text that is JSON is seen as both.
Value value_of(StreamMessage message, base::Duration latency) {
  base::MapBuilder map;
  if (!message.event.empty()) map.set("event", Value(std::move(message.event)));
  if (message.id) map.set("id", Value(*std::move(message.id)));
  if (message.binary) {
    map.set("body", Value(base::Bytes{std::move(message.payload)}));
  } else {
    if (Result<Value> json = base::parse_json(message.payload)) map.set("json", *std::move(json));
    map.set("text", Value(std::move(message.payload)));
  }
  map.set("latency", Value(latency));
  return Value(map.build());
}

std::string shown(const StreamMessage& message) {
  if (message.binary) return fmt::format("{} bytes", message.payload.size());
  return base::shortened(message.payload, kShown);
}

std::string code_and_reason(const StreamEnd& how) {
  std::string text = how.code ? fmt::format(" with {}", *how.code) : "";
  if (!how.reason.empty()) text += fmt::format(": {}", base::printable(how.reason));
  return text;
}

}  // namespace

MessageStream::MessageStream(Place place, std::unique_ptr<Channel> channel, StreamLimits limits)
    : place_(std::move(place)),
      limits_(limits),
      channel_(std::move(channel)),
      changed_(place_.loop),
      gathering_(place_.loop) {
  if (place_.totals) place_.totals->opened();
  gathering_.spawn(gather());
}

MessageStream::~MessageStream() {
  if (!place_.totals) return;
  place_.totals->forget(bytes_);
  place_.totals->ended();
}

// It may be long until something comes: what bounds the wait is the scope, which ends with the
// stream, and that with its play.
Task<void> MessageStream::gather() {
  begun_ = true;
  for (;;) {
    Result<std::optional<StreamMessage>> message = co_await channel_->next(Deadline::never());
    if (!message) {
      ended(std::unexpected(std::move(message).error()));
      co_return;
    }
    if (!*message) {
      ended({});
      co_return;
    }
    if (!add(**std::move(message))) co_return;
  }
}

bool MessageStream::add(StreamMessage message) {
  const size_t size = message.payload.size() + message.event.size() + kBytesOfAMessage +
                      (message.id ? message.id->size() : 0);
  if (Result<> kept = keep(size); !kept) {
    ended(std::move(kept));
    return false;
  }
  if (place_.totals) place_.totals->came(message.payload.size());
  const bool typed = !message.event.empty() && message.event != kUsual;
  record(Kind::received, typed ? message.event : "", shown(message), "");
  received_.push_back({std::move(message), place_.last_sent.until(place_.loop.now())});
  came_.push_back(place_.loop.now());
  changed_.notify_all();
  return true;
}

// One more message, if there is room for it.
Result<> MessageStream::keep(size_t size) {
  if (came_.size() == limits_.messages) {
    return base::fail(Code::limit, "more than {} messages came on it", limits_.messages);
  }
  if (size > limits_.bytes - bytes_) {
    return base::fail(Code::limit, "more than {} bytes came on it", limits_.bytes);
  }
  if (place_.totals && !place_.totals->keep(size)) {
    return base::fail(Code::limit, "the messages of all open streams are more than {} MiB",
                      place_.totals->most_kept() >> 20);
  }
  bytes_ += size;
  return {};
}

Task<Result<>> MessageStream::changed(size_t known, Deadline deadline) {
  while (changes() == known) CO_TRY_OK(co_await changed_.wait(deadline));
  co_return Result<>{};
}

void MessageStream::ended(Result<> how) {
  if (how) {
    closed_ = Closed{closing_, channel_->end()};
  } else if (how.error().code == Code::cancelled) {
    if (closing_) closed_ = Closed{true, {}};
    changed_.notify_all();
    return;  // by us, and told where that was asked for
  } else {
    broken_ = std::move(how).error();
    if (place_.totals) place_.totals->broke();
  }
  changed_.notify_all();
  if (!closing_) {
    record(Kind::received, "", "",
           closed_ ? "closed" + code_and_reason(closed_->how) : broken_->to_string());
  }
}

const base::List& MessageStream::messages() {
  for (Received& received : received_) {
    values_.push_back(value_of(std::move(received.message), received.latency));
  }
  received_.clear();
  return values_;
}

std::string MessageStream::end() const {
  if (broken_) return fmt::format("`{}` broke: {}", place_.name, broken_->to_string());
  if (!closed_) return "";
  return fmt::format("`{}` was closed by the {}{}", place_.name,
                     closed_->by_journey ? "journey" : "service", code_and_reason(closed_->how));
}

Value MessageStream::closed_value() const {
  if (!closed_ && !broken_) return {};
  base::MapBuilder map;
  map.set("by", Value(closed_ && closed_->by_journey ? "journey" : "service"));
  if (broken_) {
    map.set("code", Value(kCutOff));
    map.set("reason", Value(""));
  } else {
    map.set("code", closed_->how.code ? Value(*closed_->how.code) : Value());
    map.set("reason", Value(closed_->how.reason));
  }
  return Value(map.build());
}

Task<Result<>> MessageStream::send(StreamMessage message, uint64_t step, Deadline deadline) {
  if (closed_ || broken_) co_return base::fail(Code::closed, "nothing can be sent: {}", end());
  record(Kind::sent, "", shown(message), "", step);
  co_return co_await channel_->send(std::move(message), deadline);
}

Task<Result<>> MessageStream::close(Deadline deadline) {
  if (closed_ || broken_) co_return Result<>{};
  Result<> asked{};
  // Before gathering has begun the channel would take whoever closes for the one who receives.
  while (!begun_) CO_TRY_OK(co_await place_.loop.yield());
  if (!std::exchange(closing_, true)) {
    record(Kind::sent, "", "", "close");
    asked = co_await channel_->close(deadline);
    gathering_.cancel({Code::cancelled, "the stream was closed"});
  }
  if (!asked) co_return asked;
  co_return co_await gathering_.join(deadline);
}

void MessageStream::record(Kind kind, std::string text, std::string detail, std::string outcome,
                           uint64_t step) {
  if (!place_.timeline) return;
  record::Event event{base::monotonic_now(), kind,
                      place_.source,         place_.name + (text.empty() ? "" : " " + text),
                      std::move(detail),     std::move(outcome),
                      broken_.has_value()};
  event.cause.step = step;
  place_.timeline->add(std::move(event));
}

}  // namespace peregrine::play
