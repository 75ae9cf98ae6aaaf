// What a provider was asked and what it posted. Bounded: the oldest go first.
#pragma once

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "boundary/provider_call.h"

namespace peregrine::boundary {

class ProviderJournal {
 public:
  using CallPtr = std::shared_ptr<ProviderCall>;
  static constexpr size_t kMostBytes = size_t{256} << 20;  // of all calls' bodies and answers
  static constexpr size_t kMostWebhooks = 100'000;

  // An empty call that is to be added. Once there are as many as are kept it is the oldest one's
  // memory, unless somebody else holds that: so a call costs no allocations.
  CallPtr make(size_t most);
  // Gives the call the next number, which no other ever has.
  void add(CallPtr call, size_t most);
  // The next number of a webhook; add() it once it is filled in.
  uint64_t next_webhook() { return ++last_webhook_; }
  void add(WebhookPtr webhook);

  uint64_t last_call() const { return last_call_; }
  // Not to be changed.
  const std::deque<CallPtr>& calls() const { return calls_; }
  const std::deque<WebhookPtr>& webhooks() const { return webhooks_; }

  // As it was; numbers go on.
  void restore(const ProviderJournal& to);

 private:
  std::deque<CallPtr> calls_;
  std::deque<WebhookPtr> webhooks_;
  size_t bytes_ = 0;
  uint64_t last_call_ = 0;
  uint64_t last_webhook_ = 0;
};

}  // namespace peregrine::boundary
