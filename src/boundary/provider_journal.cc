#include "boundary/provider_journal.h"

#include <utility>

namespace peregrine::boundary {

namespace {

size_t size_of(const ProviderCall& call) {
  return call.request.body.size() + call.answer.body.size();
}

// So many calls before one is used anew it is fetched: it was made long ago and is in no cache.
constexpr size_t kFetchedAhead = 4;
constexpr size_t kCacheLine = 64;

void fetch(const ProviderCall& call) {
  const auto* bytes = reinterpret_cast<const char*>(&call);
  for (size_t at = 0; at < sizeof call; at += kCacheLine) __builtin_prefetch(bytes + at);
}

// Memory of larger ones is given back: kept, it would be that of the largest in each place.
constexpr size_t kMostUsedAnew = 4096;

size_t texts_of(const ProviderCall& call) {
  size_t bytes = size_of(call) + call.request.target.size() + call.mistake.size();
  for (const wire::Headers* headers : {&call.request.headers, &call.answer.headers}) {
    for (const wire::Header& header : *headers) bytes += header.name.size() + header.value.size();
  }
  return bytes;
}

}  // namespace

ProviderJournal::CallPtr ProviderJournal::make(size_t most) {
  const bool full = calls_.size() >= most && most > 0;
  if (!full || calls_.front().use_count() != 1 || texts_of(*calls_.front()) > kMostUsedAnew) {
    return std::make_shared<ProviderCall>();
  }
  if (most > kFetchedAhead) fetch(*calls_[kFetchedAhead]);
  CallPtr call = std::move(calls_.front());
  calls_.pop_front();
  bytes_ -= size_of(*call);
  call->clear();
  return call;
}

void ProviderJournal::add(CallPtr call, size_t most) {
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
