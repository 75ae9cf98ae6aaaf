#include "net/event_source.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace peregrine::net {

using base::Code;
using base::fail;
using base::Result;
using io::Deadline;
using io::Task;
using wire::server_sent_events::EventReader;

namespace {

bool is_event_stream(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return wire::same_ignoring_case(base::trimmed(type), "text/event-stream");
}

}  // namespace

EventSource::EventSource(io::Loop& loop, Connector& connector, Url url, EventSourceOptions options)
    : loop_(loop), connector_(connector), url_(std::move(url)), options_(std::move(options)) {}

Task<Result<std::optional<EventSource::Event>>> EventSource::next(Deadline deadline) {
  for (;;) {
    if (ended_) co_return std::nullopt;
    if (!exchange_) {
      CO_TRY_OK(co_await connect(deadline));
      continue;
    }
    CO_TRY(const size_t used, reader_->feed(piece_));
    piece_.remove_prefix(used);
    if (reader_->done()) {
      Event event = reader_->take();
      if (event.id) options_.last_event_id = *event.id;
      co_return std::move(event);
    }
    CO_TRY_OK(co_await receive(deadline));
  }
}

// After the pause that is due.
Task<Result<>> EventSource::connect(Deadline deadline) {
  while (loop_.now() < not_before_) {
    const base::Instant until = std::min(not_before_, deadline.at);
    CO_TRY_OK(co_await loop_.sleep(until - loop_.now()));
    if (until != not_before_) {
      co_return fail(Code::timeout, "no event came, and it was not yet time to connect again");
    }
  }
  Result<> begun = co_await begin(deadline);
  if (begun) co_return begun;
  const Code code = begun.error().code;
  disconnect();
  const bool may_pass = code == Code::closed || code == Code::timeout || code == Code::not_found ||
                        (code == Code::refused && !ended_);
  if (!may_pass || ++failures_ >= options_.attempts) co_return begun;
  if (loop_.now() >= deadline.at) co_return begun;
  co_return Result<>{};
}

Task<Result<>> EventSource::begin(Deadline deadline) {
  wire::Request request{.target = url_.target(), .headers = options_.headers};
  request.headers.set("Accept", "text/event-stream");
  request.headers.set("Cache-Control", "no-store");
  if (!options_.last_event_id.empty()) {
    request.headers.set("Last-Event-ID", options_.last_event_id);
  }
  const Deadline until = Deadline::earlier(deadline, loop_.in(options_.connect));
  CO_TRY(exchange_, co_await HttpExchange::open(connector_, Origin::of(url_), std::move(request),
                                                nullptr, {}, until));
  const wire::Response& head = exchange_->head();
  if (head.status == 204) {
    ended_ = true;
    co_return Result<>{};
  }
  const std::string_view type = head.headers.get("Content-Type");
  if (head.status != 200 || !is_event_stream(type)) {
    ended_ = true;
    co_return fail(Code::refused, "{} answers {} with the type '{}', which is no stream of events",
                   url_.to_string(), head.status, base::shortened(type, 100));
  }
  ++connections_;
  reader_ = std::make_unique<EventReader>(options_.event);
  co_return Result<>{};
}

// Takes the next piece, or the end of this connection.
Task<Result<>> EventSource::receive(Deadline deadline) {
  Result<std::string_view> piece = co_await exchange_->next(deadline);
  if (piece && !piece->empty()) {
    failures_ = 0;
    piece_ = *piece;
    co_return Result<>{};
  }
  if (!piece && piece.error().code != Code::closed) {
    co_return std::unexpected(std::move(piece).error());
  }
  // A server that ends each connection without a byte would have us ask for ever.
  disconnect();
  if (++failures_ >= options_.attempts) {
    co_return fail(Code::closed, "{} connections to {} in a row ended without an event", failures_,
                   url_.to_string());
  }
  co_return Result<>{};
}

void EventSource::disconnect() {
  if (reader_) {
    if (!reader_->last_event_id().empty()) options_.last_event_id = reader_->last_event_id();
    if (const auto asked = reader_->retry_ms()) {
      const auto longest = std::chrono::floor<std::chrono::milliseconds>(options_.longest_retry);
      options_.retry =
          std::chrono::milliseconds(std::min(*asked, static_cast<uint64_t>(longest.count())));
    }
  }
  reader_.reset();
  exchange_.reset();
  piece_ = {};
  not_before_ = loop_.now() + options_.retry;
}

}  // namespace peregrine::net
