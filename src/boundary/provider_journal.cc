#include "boundary/provider_journal.h"

#include <utility>

namespace peregrine::boundary {

namespace {

size_t size_of(const ProviderCall& call) {
  return call.request.body.size() + call.answer.body.size();
}

}  // namespace

void ProviderJournal::add(std::shared_ptr<ProviderCall> call, size_t most) {
  call->number = ++last_call_;
  bytes_ += size_of(*call);
  calls_.push_back(std::move(call));
  while (calls_.size() > most || bytes_ > kMostBytes) {
    bytes_ -= size_of(*calls_.front());
    calls_.pop_front();
  }
}

void ProviderJournal::add(WebhookPtr webhook) {
  webhooks_.push_back(std::move(webhook));
  if (webhooks_.size() > kMostWebhooks) webhooks_.pop_front();
}

void ProviderJournal::restore(const ProviderJournal& to) {
  calls_ = to.calls_;
  webhooks_ = to.webhooks_;
  bytes_ = to.bytes_;
}

}  // namespace peregrine::boundary
