// Posts a provider's webhooks: attempts, waits between them, and what became of each. One thread:
// the loop's, which outlives it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "boundary/provider_call.h"
#include "boundary/provider_world.h"
#include "io/loop.h"
#include "io/scope.h"
#include "net/http_client.h"

namespace peregrine::boundary {

class ProviderPostman {
 public:
  static constexpr base::Duration kAnswerMost = std::chrono::seconds(30);
  static constexpr size_t kMostUnderWay = 10'000;  // webhooks that wait or are being posted
  static constexpr size_t kMostAtOnce = 500;       // requests

  using WallTime = std::function<base::WallTime()>;
  using MayReach = std::function<bool(std::string_view host)>;
  using Attempted = std::function<void(const Webhook&)>;

  // The world outlives it. Without `may_reach` only this machine is reached. `attempted` is told of
  // each attempt, and of each webhook that will never be attempted.
  ProviderPostman(io::Loop& loop, ProviderWorld& world, WallTime wall_time, MayReach may_reach,
                  Attempted attempted);

  // One after the other; several calls do not wait for each other.
  using Batch = std::vector<std::shared_ptr<Webhook>>;
  void post(Batch batch);
  // All that are still to be posted.
  size_t under_way() const { return under_way_; }
  // Forgets them. Never from one of the functions that it calls.
  void drop();
  // Waits until each has been attempted, or never will be. Fails with Code::cancelled when they are
  // dropped meanwhile, and Code::timeout.
  io::Task<base::Result<>> until_attempted(Batch batch, io::Deadline deadline);

 private:
  io::Task<void> deliver(Batch batch);
  io::Task<void> try_again(std::shared_ptr<Webhook> webhook);
  io::Task<void> attempt(Webhook& webhook);
  io::Task<base::Result<wire::Response>> send(const Webhook& webhook);
  void end(Webhook& webhook);

  io::Loop& loop_;
  ProviderWorld& world_;
  WallTime wall_time_;
  MayReach may_reach_;
  Attempted attempted_;
  net::HttpClient client_;
  size_t under_way_ = 0;
  size_t at_once_ = 0;
  uint64_t drops_ = 0;  // how often everything was dropped
  io::Signal changed_;
  std::unique_ptr<io::Scope> posting_;  // last: its tasks use the above
};

}  // namespace peregrine::boundary
