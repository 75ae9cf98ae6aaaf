// What a provider remembers of idempotency keys: who asks again with the same key is given the
// answer that the first request got.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/time.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

class ProviderMemory {
 public:
  // The oldest are forgotten first.
  static constexpr size_t kMostKeys = 10'000;

  struct Entry {
    std::string request;  // a digest of the request that the key came with
    wire::Response answer;
    base::WallTime until;
  };

  // Null if nothing is remembered at this time. Valid until something is.
  const Entry* find(std::string_view key, base::WallTime now) const {
    const auto found = entries_.find(key);
    return found == entries_.end() || found->second.until <= now ? nullptr : &found->second;
  }

  void remember(std::string key, Entry entry) {
    if (!entries_.contains(key)) order_.push_back(key);
    entries_.insert_or_assign(std::move(key), std::move(entry));
    if (order_.size() <= kMostKeys) return;
    entries_.erase(order_.front());
    order_.pop_front();
  }

 private:
  std::map<std::string, Entry, std::less<>> entries_;
  std::deque<std::string> order_;  // of the keys
};

}  // namespace peregrine::boundary
