// What a third party does, and how it fails: <provider>: action, and fail.
#include <algorithm>

#include "base/json.h"
#include "play/action.h"
#include "play/http_answer.h"

namespace peregrine::play {

using base::Result;
using base::Value;

namespace {

// What the service has answered to the webhook. Without one there is nothing to see.
Result<> see_webhook(const boundary::Performed& performed, Attempt& attempt) {
  attempt.see("event", performed.event());
  if (const wire::Response* answer = performed.answer()) {
    const auto& first = performed.webhooks.back()->attempts.front();
    TRY_OK(see_answer(*answer, first.duration, attempt));
    return {};
  }
  const std::string why =
      performed.webhooks.empty() ? "it has sent no webhook" : "nothing takes its webhooks";
  for (const std::string_view part : {"status", "headers", "json", "text", "time"}) {
    attempt.see_nothing(part, why);
  }
  if (performed.webhooks.empty() || performed.webhooks.back()->attempts.empty()) return {};
  return base::fail(base::Code::closed, "the webhook `{}` was not answered: {}",
                    performed.webhooks.back()->event,
                    performed.webhooks.back()->attempts.front().error);
}

}  // namespace

io::Task<Result<>> play_action(const lang::ThirdPartyAction& action, Attempt& attempt) {
  boundary::Provider& provider = attempt.world.system().provider(action.provider);
  Value with{base::Map{}};
  if (action.with) {
    CO_TRY(with, action.with->fill(attempt.context));
  }
  attempt.sends(base::monotonic_now());
  std::optional<boundary::Performed>& performed = *attempt.performed;
  if (performed) {
    CO_TRY(performed, co_await provider.post_again(*std::move(performed), attempt.deadline));
  } else {
    CO_TRY(performed, co_await provider.perform(action.action, std::move(with), attempt.deadline));
  }
  attempt.answered();
  co_return see_webhook(*performed, attempt);
}

io::Task<Result<>> play_action(const lang::FailAction& action, Attempt& attempt) {
  boundary::Provider::Failure failure{action.route, action.failure, std::nullopt, action.span};
  if (action.times) failure.times = static_cast<uint64_t>(*action.times);
  co_return attempt.world.system().provider(action.provider).fail(std::move(failure));
}

}  // namespace peregrine::play
