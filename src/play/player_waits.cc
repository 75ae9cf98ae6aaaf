// A step that is repeated: so many times in turn, until it holds, or as long as it has to hold.
#include <algorithm>

#include "play/player.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using record::Failure;
using namespace std::chrono_literals;

namespace {

constexpr base::Duration kFirstPause = 5ms;
constexpr base::Duration kLongestPause = 100ms;
// A stream tells when something comes; what else a step may look at is looked at this often where
// many play, and thousands wait.
constexpr base::Duration kLookOfCrowd = 1s;
// What a look at the messages of a stream costs, about, for each of them: looks at many are spaced.
constexpr base::Duration kLookAtMessage = 10us;

}  // namespace

// Once, several times in turn, or until it holds.
io::Task<void> Player::try_step(const lang::Step& step, Branch& branch, Tried& tried,
                                Failure& failure) {
  if (step.within || step.stays) {
    co_await try_until(step, branch, tried, failure);
    co_return;
  }
  for (int64_t round = 1; round <= step.times && tried.held(); ++round) {
    tried.round = static_cast<size_t>(round);
    tried.acts_done.reset();
    co_await try_once(step, branch, tried);
  }
  if (!tried.error) keep_seen(tried, failure);
}

// Until it holds and, with `stays`, has held for long enough.
io::Task<void> Player::try_until(const lang::Step& step, Branch& branch, Tried& tried,
                                 Failure& failure) {
  const io::Deadline end = world_.loop.in(step.within.value_or(base::Duration::zero()));
  // In a crowd it is measured when it holds.
  const base::Duration longest = crowd_ ? kFirstPause : kLongestPause;
  for (base::Duration pause = kFirstPause;; pause = std::min(pause * 2, longest)) {
    // An attempt that began in time may still end, so that a slow query is told as such.
    tried = Tried{.acts_done = tried.acts_done};
    co_await try_once(step, branch, tried);
    keep_seen(tried, failure);
    const bool over = world_.loop.now() >= end.at;
    if (tried.held() && over && step.within) tried.too_late = true;
    if (tried.held() && step.stays) co_await keep_trying(step, branch, tried, failure);
    if (tried.error && tried.error->code == Code::cancelled) co_return;
    if (tried.fell && world_.loop.now() >= end.at) co_return;
    if (tried.held() || tried.lost || over || !tried.over.empty()) co_return;
    if (world_.fallen()) co_return;
    if (!co_await wait_for_change(step, branch, pause, end.at)) {
      tried.error = base::Error{Code::cancelled, "cancelled"};
      co_return;
    }
  }
}

// Until what the step looks at may have changed. Fails when cancelled.
io::Task<Result<>> Player::wait_for_change(const lang::Step& step, Branch& branch,
                                           base::Duration pause, base::Instant until) {
  const auto* receive = std::get_if<lang::ReceiveAction>(&step.action);
  const auto stream = receive ? branch.streams.find(receive->stream) : nullptr;
  const io::Loop& loop = world_.loop;
  if (!stream) co_return co_await world_.loop.sleep(std::min(pause, until - loop.now()));
  const size_t known = stream->changes();
  const base::Duration spacing = std::min<base::Duration>(kLongestPause, kLookAtMessage * known);
  if (spacing > kFirstPause) {
    CO_TRY_OK(co_await world_.loop.sleep(std::min(spacing, until - loop.now())));
  }
  const io::Deadline next{std::min(until, loop.now() + (crowd_ ? kLookOfCrowd : pause))};
  Result<> woken = co_await stream->changed(known, next);
  // What comes on the streams of others is read before one looks at this.
  if (woken && crowd_) woken = co_await world_.loop.idle(world_.loop.in(kFirstPause));
  if (!woken && woken.error().code == Code::timeout) co_return Result<>{};
  co_return woken;
}

// It holds now; for how long?
io::Task<void> Player::keep_trying(const lang::Step& step, Branch& branch, Tried& tried,
                                   Failure& failure) {
  const io::Deadline end = world_.loop.in(*step.stays);
  for (base::Duration pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    const bool cancelled = !co_await wait_for_change(step, branch, pause, end.at);
    tried = Tried{.acts_done = tried.acts_done};
    co_await try_once(step, branch, tried);
    if (cancelled) tried.error = base::Error{Code::cancelled, "cancelled"};
    if (!tried.held()) {
      tried.fell = true;
      keep_seen(tried, failure);
      co_return;
    }
    if (world_.loop.now() >= end.at) co_return;
  }
}

}  // namespace peregrine::play
