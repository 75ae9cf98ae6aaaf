#include "boundary/lane.h"

#include <algorithm>
#include <utility>

namespace peregrine::boundary {

using base::Result;
using io::Deadline;
using io::Task;
using Act = Verdict::Act;

namespace {

constexpr size_t kBuffer = size_t{32} * 1024;
constexpr size_t kAheadBuffer = size_t{4} * 1024;

}  // namespace

Lane::Lane(Parts parts, Crossing& crossing)
    : parts_(std::move(parts)),
      crossing_(crossing),
      id_(crossing.next_lane()),
      requests_{*parts_.client, *parts_.server, Point::request},
      answers_{*parts_.server, *parts_.client, Point::answer},
      answered_(parts_.client->loop()) {}

// Idle connections stay open as long as the service likes, so nothing here has a deadline.
Task<void> Lane::run(std::string first) {
  io::Scope answers(parts_.client->loop());
  answers.spawn(pass_answers());
  if (!co_await pass(requests_, first)) end();
  (void)co_await answers.join(Deadline::never());
  while (!running_.empty()) {
    settle(running_.front(), {Outcome::How::abandoned});
    running_.pop_front();
  }
  parts_.starting.reset();
  if (parts_.tap) parts_.tap->ended(parts_.client->loop().now());
}

Task<void> Lane::pass_answers() {
  if (!co_await pass(answers_, "")) end();
  for (Running& running : running_) running.rewritten = false;
  answered_.notify_all();
}

void Lane::end() {
  parts_.client->abort();
  parts_.server->abort();
}

// The same for both directions: all that comes, then its end.
Task<Result<>> Lane::pass(Way& way, std::string_view first) {
  if (!first.empty()) CO_TRY_OK(co_await take(way, first));
  std::vector<char> buffer(kBuffer);
  for (;;) {
    CO_TRY(const size_t n, co_await next_bytes(way, buffer));
    if (n == 0) break;
    CO_TRY_OK(co_await take(way, {buffer.data(), n}));
  }
  if (way.point == Point::request) {
    // What has been carried out by half must not be undone by the end.
    CO_TRY_OK(co_await wait_for_rewritten(way, ""));
    if (!running_.empty()) crossing_.abandon(running_.front().id);
  }
  if (way.point == Point::answer) way.kept.insert(0, std::exchange(told_, ""));
  if (!way.lost) CO_TRY_OK(co_await way.to.send(way.kept, Deadline::never()));
  co_return co_await way.to.finish_sending(Deadline::never());
}

Task<Result<size_t>> Lane::next_bytes(Way& way, std::vector<char>& buffer) {
  if (way.point == Point::request && !ahead_.empty()) {
    const size_t n = std::min(ahead_.size(), buffer.size());
    std::copy_n(ahead_.begin(), n, buffer.begin());
    ahead_.erase(0, n);
    co_return n;
  }
  co_return co_await way.from.receive(buffer, Deadline::never());
}

// `all` is what was kept back before, then what is fresh:
//
//     0 ───────── sent ───────── decided ───────── taken ───────── end
//       has gone        goes when        has begun,       the tap has
//       on its way      this returns     is kept back     not seen it
//
// The director is asked where an operation ends; of one that is larger than kMostKept, where that
// is seen. What it does not let pass at once is obeyed behind all that was decided before.
Task<Result<>> Lane::take(Way& way, std::string_view fresh) {
  if (way.lost) co_return Result<>{};
  if (!parts_.tap) parts_.starting.reset();
  if (!parts_.tap) co_return co_await way.to.send(fresh, Deadline::never());
  if (way.point == Point::answer && is_rewritten()) co_return co_await take_rewritten(fresh);
  size_t taken = way.kept.size();
  if (taken > 0) way.kept += fresh;
  const std::string_view all = taken > 0 ? way.kept : fresh;
  size_t decided = 0, sent = 0;
  for (;;) {
    const Tap::Taken piece = see(way, all.substr(taken));
    taken += piece.bytes;
    const bool ended = piece.state == Tap::Taken::ended;
    if (piece.bytes == 0 && !ended) break;
    if (way.point == Point::request && is_rewritten()) {
      CO_TRY_OK(co_await wait_for_rewritten(way, all.substr(sent, decided - sent)));
      sent = decided;
    }
    const bool early = piece.state == Tap::Taken::begun && taken - decided > kMostKept;
    if (ended || (early && !way.decided_early)) {
      const Verdict verdict = decide(way);
      way.decided_early = early;
      if (verdict.act != Act::pass || verdict.divided) {
        CO_TRY_OK(co_await obey(way, verdict, all.substr(sent, decided - sent)));
        sent = std::exchange(refused_, false) ? taken : decided;
        if (way.lost) co_return Result<>{};
      }
      if (ended) passed(way);
    }
    if (ended || way.decided_early || piece.state == Tap::Taken::between) decided = taken;
  }
  if (!crossing_.directed()) decided = all.size();
  CO_TRY_OK(co_await way.to.send(all.substr(sent, decided - sent), Deadline::never()));
  if (way.kept.empty()) {
    way.kept = all.substr(decided);
  } else {
    way.kept.erase(0, decided);
  }
  co_return Result<>{};
}

Tap::Taken Lane::see(const Way& way, std::string_view bytes) {
  const base::Instant now = parts_.client->loop().now();
  const Tap::Taken taken = way.point == Point::request ? parts_.tap->from_client(bytes, now)
                                                       : parts_.tap->from_server(bytes, now);
  if (parts_.starting && !parts_.tap->starting()) parts_.starting.reset();
  return taken;
}

// Of the operation, or answer, that has ended, or is too large to be kept.
Verdict Lane::decide(Way& way) {
  if (way.decided_early) return {};
  if (way.point == Point::request) {
    Running& next = running_.emplace_back();
    if (!crossing_.directed()) return {};
    const Tap::Asked asked = parts_.tap->asked();
    next = {crossing_.next_operation(), std::string(asked.text), asked.visible};
    if (asked.reach) next.reach = *asked.reach;
    return crossing_.decide(Point::request, operation(next));
  }
  if (running_.empty() || running_.front().id == 0) return {};
  return crossing_.decide(Point::answer, operation(running_.front()));
}

// Does what is not simply to pass; `before` is what passes before it.
Task<Result<>> Lane::obey(Way& way, Verdict verdict, std::string_view before) {
  CO_TRY_OK(co_await way.to.send(before, Deadline::never()));
  const bool asks = way.point == Point::request;
  const OperationId id = asks ? running_.back().id : running_.front().id;
  Crossing::Left left{.act = verdict.act, .divided = verdict.divided};
  if (verdict.act == Act::hold || verdict.act == Act::delay) {
    io::Scope reading(parts_.client->loop());
    if (asks) reading.spawn(read_ahead(id));
    if (asks && !way.decided_early) held_ = id;
    auto carried = co_await crossing_.carry_out(id, verdict);
    if (asks) held_ = 0;
    CO_TRY(left, std::move(carried));
  }
  if (left.unwanted) co_return co_await refuse();
  if (left.act == Act::pass) {
    if (!left.divided || !asks || running_.size() > 1) co_return Result<>{};
    running_.back().rewritten = true;
    co_return co_await way.to.send(parts_.tap->divide(), Deadline::never());
  }
  const Outcome::How how = left.abandoned          ? Outcome::How::abandoned
                           : left.act == Act::drop ? Outcome::How::dropped
                                                   : Outcome::How::closed;
  settle(asks ? running_.back() : running_.front(), {how});
  if (asks) running_.pop_back();
  if (!asks) running_.pop_front();
  if (left.act == Act::close) {
    end();
    co_return base::fail(base::Code::closed, "the director has closed it");
  }
  way.lost = true;
  co_return Result<>{};
}

// Only where nothing is under way before it: else it is that which the server is to give up.
bool Lane::cancel(std::string_view key) {
  if (held_ == 0 || running_.size() > 1) return false;
  return parts_.tap->key() == key && crossing_.cancel(held_);
}

// The server is asked in its place for what fails, so that a transaction of the service's fails
// too.
Task<Result<>> Lane::refuse() {
  const Tap::Refusal refusal = parts_.tap->refuse(parts_.client->loop().now());
  Running& refused = running_.back();
  settle(refused, {Outcome::How::cancelled, true, parts_.tap->answered().text});
  refused.id = 0;
  refused.rewritten = true;
  refused_ = true;
  told_ = refusal.answer;
  co_return co_await requests_.to.send(refusal.request, Deadline::never());
}

// What comes of an operation that is divided, or refused. Its answer is kept until it is whole, and
// others see what it did; what answers Peregrine is not for the service.
Task<Result<>> Lane::take_rewritten(std::string_view fresh) {
  begun_message_ += std::exchange(answers_.kept, "");
  while (is_rewritten()) {
    const Tap::Taken piece = see(answers_, fresh);
    begun_message_ += fresh.substr(0, piece.bytes);
    fresh.remove_prefix(piece.bytes);
    if (piece.part) co_return Result<>{};
    const std::string message = std::exchange(begun_message_, "");
    if (piece.state == Tap::Taken::between) {
      CO_TRY_OK(co_await answers_.to.send(message, Deadline::never()));
      continue;
    }
    if (piece.instead) told_.clear();
    if (!piece.hidden) told_ += message;
    if (piece.state == Tap::Taken::carried_out) CO_TRY_OK(co_await finish_divided());
    if (piece.state == Tap::Taken::ended) {
      const Verdict verdict = decide(answers_);
      if (verdict.act != Act::pass) CO_TRY_OK(co_await obey(answers_, verdict, ""));
      if (answers_.lost) co_return Result<>{};
      passed(answers_);
      CO_TRY_OK(co_await answers_.to.send(told_, Deadline::never()));
      told_.clear();
      answered_.notify_all();
    }
  }
  if (!fresh.empty()) co_return co_await take(answers_, fresh);
  co_return Result<>{};
}

// It has been carried out: the director says when others see it. It cannot be taken back.
Task<Result<>> Lane::finish_divided() {
  const Running& running = running_.front();
  const Verdict verdict = crossing_.decide(Point::effect, operation(running));
  if (verdict.act == Act::hold || verdict.act == Act::delay) {
    CO_TRY_OK(co_await crossing_.carry_out(running.id, verdict));
  }
  co_return co_await requests_.to.send(parts_.tap->finish(), Deadline::never());
}

// Nothing passes between the halves of what is divided, nor before what is refused is answered.
Task<Result<>> Lane::wait_for_rewritten(Way& way, std::string_view before) {
  CO_TRY_OK(co_await way.to.send(before, Deadline::never()));
  while (is_rewritten()) CO_TRY_OK(co_await answered_.wait(Deadline::never()));
  co_return Result<>{};
}

// While a request is held its client may go away: that would not be seen otherwise.
Task<void> Lane::read_ahead(OperationId id) {
  std::vector<char> buffer(kAheadBuffer);
  while (ahead_.size() < kMostKept) {
    const Result<size_t> n = co_await parts_.client->receive(buffer, Deadline::never());
    if (!n || *n == 0) {
      crossing_.abandon(id);
      co_return;
    }
    ahead_.append(buffer.data(), *n);
  }
}

// A request that wants no answer, or an answer, goes on its way.
void Lane::passed(Way& way) {
  if (running_.empty()) return;
  if (way.point == Point::answer) {
    const Tap::Answered answered = parts_.tap->answered();
    settle(running_.front(), {Outcome::How::answered, answered.failed, answered.text});
    running_.pop_front();
  } else if (!parts_.tap->asked().answered) {
    settle(running_.back(), {Outcome::How::answered});
    running_.pop_back();
  }
}

void Lane::settle(const Running& running, const Outcome& outcome) {
  if (running.id != 0) crossing_.settled(operation(running), outcome);
}

Operation Lane::operation(const Running& running) const {
  return {running.id,      id_,
          parts_.boundary, running.text,
          running.visible, running.reach ? &*running.reach : nullptr};
}

}  // namespace peregrine::boundary
