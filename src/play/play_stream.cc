// send, receive, close: a stream that was opened (play_open.cc).
#include <fmt/core.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "play/action.h"
#include "play/sent_at.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using base::Value;

namespace {

constexpr size_t kTextShown = 300;  // of a message that should be JSON

Result<std::shared_ptr<MessageStream>> find(const std::string& name, lang::Slot slot,
                                            Attempt& attempt) {
  auto stream = attempt.streams ? attempt.streams->find(slot) : nullptr;
  if (stream) return stream;
  attempt.over = fmt::format("the stream `{}` was not opened", name);
  return base::fail(Code::not_found, "{}", attempt.over);
}

Result<StreamMessage> fill_message(const lang::SendAction& action, const Attempt& attempt) {
  if (action.json) {
    TRY(const Value value, action.json->fill(attempt.context));
    return StreamMessage{.payload = base::to_json(value)};
  }
  const auto& text = action.body ? action.body : action.text;
  TRY(std::string payload, text->fill_text(attempt.context));
  return StreamMessage{.binary = action.body.has_value(), .payload = std::move(payload)};
}

// Ended otherwise than it should be. Whoever looks at `closed` may expect that it was cut off.
Result<> check_whole(MessageStream& stream, const Attempt& attempt) {
  if (!stream.broken()) return {};
  if (stream.broken()->code == Code::closed && attempt.reads("closed")) return {};
  stream.told = true;
  return base::fail(stream.broken()->code, "{}", stream.end());
}

// How many of a stream's messages the step has measured.
size_t& measured(MessageStream& stream, const lang::Step& step) {
  for (auto& [by, count] : stream.measured) {
    if (by == &step) return count;
  }
  return stream.measured.emplace_back(&step, 0).second;
}

// Of a step with `sent_at` the latency of a message is from when it was sent. Each message is
// measured once, however often it is looked at.
Result<> look_at(MessageStream& stream, Attempt& attempt) {
  const lang::Step& step = attempt.step;
  const base::List& messages = stream.messages();
  size_t* const before = step.sent_at ? &measured(stream, step) : nullptr;
  const bool shows_latency = attempt.reads("latency") || attempt.reads("messages");
  const size_t from = !before ? messages.size() : shows_latency ? 0 : *before;
  const SentAt clock(attempt.world.endpoints.ahead());
  auto selected = [&](size_t place, Value& message) -> Result<> {
    attempt.came = stream.came()[place];
    if (place < from) return {};
    lang::Context here = attempt.context;
    here.self = &message;
    const auto told = step.sent_at->evaluate(here);
    // A message that does not say it was sent at no known time.
    const bool lacks = std::ranges::any_of(
        attempt.absent, [&](const auto& entry) { return step.sent_at->reads(entry.first); });
    if (!told && (lacks || told.error().code == Code::not_found)) return {};
    if (!told) return base::because(told.error(), "`sent_at` cannot be evaluated");
    const auto sent = clock.instant_of(*told, *attempt.came);
    if (!sent) {  // which no message to come will mend
      attempt.over = sent.error().text;
      return std::unexpected(sent.error());
    }
    if (!*sent) return {};
    const base::Instant at = **sent;
    if (place >= *before) attempt.deliveries.push_back({at, *attempt.came});
    base::MapBuilder map(message.as_map());
    message = Value(map.set("latency", Value(*attempt.came - at)).build());
    return {};
  };
  TRY_OK(attempt.see_list("messages", messages, {selected, from}));
  if (before) *before = messages.size();
  return {};
}

// Why a part that the step looks at is absent, better than a list can tell.
void explain_absence(size_t come, Attempt& attempt) {
  const Value& messages =
      attempt.slots[std::ranges::find(attempt.step.seen, "messages", &lang::Seen::name)->slot];
  const base::List& selected = messages.as_list();
  for (const std::string_view name : {"text", "json", "body", "event", "id", "latency"}) {
    const bool there = !selected.empty() && selected.back().find(name);
    if (there || !attempt.reads(name)) continue;
    if (selected.empty()) {
      attempt.see_nothing(name, come == 0
                                    ? "no message has come"
                                    : fmt::format("of the {} that came none is selected", come));
    } else if (const Value* text = selected.back().find("text"); text && name == "json") {
      attempt.see_nothing(name, fmt::format("the message is not JSON: {}",
                                            base::shortened(text->as_text(), kTextShown)));
    } else {
      attempt.see_nothing(name, fmt::format("the message has no {}", name));
    }
  }
}

}  // namespace

io::Task<Result<>> play_action(const lang::SendAction& action, Attempt& attempt) {
  CO_TRY(const auto stream, find(action.name, action.stream, attempt));
  CO_TRY(StreamMessage message, fill_message(action, attempt));
  const base::Instant begin = base::monotonic_now();
  if (!stream->closed() && !stream->broken()) attempt.sends(begin);
  Result<> sent = co_await stream->send(std::move(message), attempt.number, attempt.deadline);
  if (!sent)
    co_return base::because(sent.error(), fmt::format("it was not sent on `{}`", action.name));
  attempt.see("time", Value(base::monotonic_now() - begin));
  co_return Result<>{};
}

io::Task<Result<>> play_action(const lang::ReceiveAction& action, Attempt& attempt) {
  CO_TRY(const auto stream, find(action.name, action.stream, attempt));
  attempt.over = stream->end();
  CO_TRY_OK(look_at(*stream, attempt));
  explain_absence(stream->messages().size(), attempt);
  attempt.see("closed", stream->closed_value());
  co_return check_whole(*stream, attempt);
}

io::Task<Result<>> play_action(const lang::CloseAction& action, Attempt& attempt) {
  const auto stream = attempt.streams ? attempt.streams->find(action.stream) : nullptr;
  if (!stream) {  // what was never open is closed
    attempt.see_nothing("closed", fmt::format("the stream `{}` was not opened", action.name));
    co_return Result<>{};
  }
  const bool told = stream->told;
  Result<> closed = co_await stream->close(attempt.deadline);
  if (!closed)
    co_return base::because(closed.error(), fmt::format("`{}` was not closed", action.name));
  attempt.see("closed", stream->closed_value());
  if (told) co_return Result<>{};
  co_return check_whole(*stream, attempt);
}

}  // namespace peregrine::play
