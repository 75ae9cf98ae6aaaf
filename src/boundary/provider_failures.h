// The failures that somebody has asked a provider for: which request fails how.
#pragma once

#include <list>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "boundary/provider.h"

namespace peregrine::boundary {

class ProviderFailures {
 public:
  static constexpr size_t kMost = 1'000;  // at a time

  base::Result<> add(const lang::ProviderSpec& spec, Provider::Failure failure, base::Instant now);
  // How a request to this route (null: to none) fails, which uses up one of its times; empty if it
  // does not.
  std::string take(const lang::Route* route, base::Instant now);
  void clear() { asked_.clear(); }

 private:
  struct Asked {
    const lang::Route* route;  // null: all
    std::string name;
    uint64_t left;
    base::Instant until;
  };
  std::list<Asked> asked_;
};

}  // namespace peregrine::boundary
