// What passes between services and a provider: calls, which services make, and webhooks, which the
// provider posts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "lang/provider_spec.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

// A request and its answer.
struct ProviderCall {
  uint64_t number = 0;  // counted from 1
  base::WallTime at{};  // by the provider's clock, when the request had come
  base::Instant started{};
  base::Duration duration{};
  wire::Request request{};                     // its body is cut at kMostCallBytes
  std::shared_ptr<const lang::Route> route{};  // null if there is none for it

  wire::Response answer{};  // its body is cut likewise; status 0 if there was none
  std::string failure{};    // "timeout", "rate_limit": what was played instead, if anything
  std::string mistake{};    // what is wrong in the provider's file, where its answer fails
  bool repeated = false;    // answered from the memory of its idempotency key
  bool waited = false;      // for what others change

  // As new, but for the memory that its texts keep.
  void clear();
  // "POST /v2/bookings": the line that says which request this is.
  std::string title() const { return request.method + " " + request.target; }
  // What `sent:` sees of it: method route name path query form json headers text answer at; the
  // answer is status headers json text.
  base::Value seen() const;
  base::Value answer_json() const;  // null where it is none
};
inline constexpr size_t kMostCallBytes = size_t{256} << 10;

// A webhook: what was posted, and what became of it.
struct Webhook {
  struct Attempt {
    base::WallTime at{};
    base::Instant started{};
    base::Duration duration{};
    std::optional<wire::Response> answer{};  // its body is cut at kMostCallBytes
    std::string error{};                     // why there is no answer

    // Whether it was accepted: answered 2xx.
    bool accepted() const { return answer && answer->status / 100 == 2; }
  };

  uint64_t number = 0;  // counted from 1
  std::string event{};  // "BOOKING_CREATED"
  std::string url{};    // where it goes; empty where nothing takes webhooks, then it is not posted
  base::Value json{};   // what was posted
  std::string body{};   // the same, byte by byte
  wire::Headers headers{};  // without those that sign it: they differ with each attempt
  std::vector<Attempt> attempts{};
  bool over = false;  // no further attempt is to come

  bool delivered() const { return !attempts.empty() && attempts.back().accepted(); }
};
using WebhookPtr = std::shared_ptr<const Webhook>;

// Is told what happens, on the loop's thread; must not wait.
class ProviderObserver {
 public:
  virtual ~ProviderObserver() = default;
  // A request was answered, or could not be.
  virtual void call(const ProviderCall& call) = 0;
  // A webhook was attempted; the last of its attempts is new.
  virtual void webhook(const Webhook& webhook) = 0;
  // Something in the provider's file could not be done, at `at` for example, where nobody asked.
  virtual void mistake(const std::string& what) { (void)what; }
};

}  // namespace peregrine::boundary
