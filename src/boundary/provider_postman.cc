#include "boundary/provider_postman.h"

#include <utility>

#include "boundary/provider_webhook.h"
#include "lang/system_spec.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::Result;
using io::Deadline;
using io::Task;

ProviderPostman::ProviderPostman(io::Loop& loop, ProviderWorld& world, WallTime wall_time,
                                 MayReach may_reach, Attempted attempted)
    : loop_(loop),
      world_(world),
      wall_time_(std::move(wall_time)),
      may_reach_(may_reach ? std::move(may_reach) : MayReach(lang::is_on_this_machine)),
      attempted_(std::move(attempted)),
      client_(loop),
      changed_(loop),
      posting_(std::make_unique<io::Scope>(loop)) {}

void ProviderPostman::post(Batch batch) {
  Batch posted;
  for (const std::shared_ptr<Webhook>& webhook : batch) {
    if (webhook->url.empty() || under_way_ >= kMostUnderWay) {
      webhook->over = true;
      if (!webhook->url.empty()) {
        webhook->attempts.push_back(
            {.at = wall_time_(),
             .started = base::monotonic_now(),
             .error = fmt::format("more than {} webhooks are under way", kMostUnderWay)});
      }
      attempted_(*webhook);
      continue;
    }
    ++under_way_;
    posted.push_back(webhook);
  }
  if (!posted.empty()) posting_->spawn(deliver(std::move(posted)));
}

void ProviderPostman::drop() {
  posting_ = std::make_unique<io::Scope>(loop_);
  under_way_ = 0;
  at_once_ = 0;
  ++drops_;
  changed_.notify_all();
}

Task<void> ProviderPostman::deliver(Batch batch) {
  for (const std::shared_ptr<Webhook>& webhook : batch) {
    co_await attempt(*webhook);
    if (!webhook->over) posting_->spawn(try_again(webhook));
  }
}

// After each of the waits, until it is accepted.
Task<void> ProviderPostman::try_again(std::shared_ptr<Webhook> webhook) {
  const auto& retry = world_.spec->webhooks->retry;
  while (!webhook->over) {
    if (!co_await loop_.sleep(retry[webhook->attempts.size() - 1])) co_return;
    co_await attempt(*webhook);
  }
}

Task<void> ProviderPostman::attempt(Webhook& webhook) {
  while (at_once_ >= kMostAtOnce) {
    if (!co_await changed_.wait(Deadline::never())) co_return;
  }
  ++at_once_;
  Webhook::Attempt attempt{.at = wall_time_(), .started = base::monotonic_now()};
  Result<wire::Response> answer = co_await send(webhook);
  --at_once_;
  attempt.duration = base::monotonic_now() - attempt.started;
  if (answer) {
    if (answer->body.size() > kMostCallBytes) answer->body.resize(kMostCallBytes);
    attempt.answer = *std::move(answer);
  } else {
    attempt.error = answer.error().to_string();
  }
  webhook.attempts.push_back(std::move(attempt));
  const auto& webhooks = world_.spec->webhooks;
  const size_t retries = webhooks ? webhooks->retry.size() : 0;
  if (webhook.delivered() || webhook.attempts.size() > retries) end(webhook);
  attempted_(webhook);
  changed_.notify_all();
}

void ProviderPostman::end(Webhook& webhook) {
  webhook.over = true;
  --under_way_;
}

Task<Result<wire::Response>> ProviderPostman::send(const Webhook& webhook) {
  CO_TRY(const net::Url url, net::parse_url(webhook.url));
  if (!may_reach_(url.host)) {
    co_return fail(Code::refused, "{} is not on this machine, and nothing allows to post there",
                   url.host);
  }
  CO_TRY(wire::Request request, webhook_request(world_, webhook, url, wall_time_()));
  co_return co_await client_.send(net::Origin::of(url), std::move(request), loop_.in(kAnswerMost));
}

Task<Result<>> ProviderPostman::until_attempted(Batch batch, Deadline deadline) {
  const uint64_t drops = drops_;
  for (const std::shared_ptr<Webhook>& webhook : batch) {
    while (webhook->attempts.empty() && !webhook->over) {
      if (drops != drops_) co_return fail(Code::cancelled, "the webhook was dropped");
      CO_TRY_OK(co_await changed_.wait(deadline));
    }
  }
  co_return Result<>{};
}

}  // namespace peregrine::boundary
