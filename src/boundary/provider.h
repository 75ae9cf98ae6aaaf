// The boundary to a third party: Peregrine plays its API, as a provider's file describes it.
//
//      service ── HTTP ──▶ provider ── resources, effects ──▶ answer
//                             └── webhooks ──▶ service
//
// Requests are taken one at a time: all that one changes happens or nothing does. An answer may
// wait for what others change (`wait`). Webhooks leave once the answer has been sent; those of one
// request or action go in their order, each after the one before was answered; those of different
// ones do not wait for each other. One that is not answered with 2xx is posted again after each of
// the waits that its file names.
//
// One thread: the loop's. What it does by itself (timers of `at`, webhooks) it does in tasks of its
// own; they end with it. The loop outlives it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "boundary/crossing.h"
#include "boundary/provider_call.h"
#include "io/loop.h"
#include "io/socket.h"
#include "io/tls.h"
#include "lang/pattern.h"
#include "lang/provider_spec.h"
#include "net/connector.h"

namespace peregrine::boundary {

// Where the provider posts what it has to say by itself.
struct WebhookTarget {
  net::Origin origin;
  std::string path = "/";
};

// Compares a value (null: absent) with a pattern. play/fits.h has it.
using Fits = base::Result<bool> (*)(const lang::Pattern& pattern, const base::Value* actual,
                                    const lang::Context& context);

struct ProviderOptions {
  uint64_t seed = 0;  // of ids and secrets; two providers of one run draw different ones
  std::string zone = "UTC";
  base::Value env = base::Map{};                               // what `${env.NAME}` is, a map
  std::function<base::WallTime()> wall_time = base::wall_now;  // the clock that it goes by
  Fits fits = nullptr;                                         // required
  std::optional<WebhookTarget> webhook{};
  std::shared_ptr<const io::TlsContext> tls{};  // with one it speaks https, for `hosts: true`
  // Whether a webhook may go to the host of a URL that a service has registered. Without: to this
  // machine's own (localhost, 127/8, ::1).
  std::function<bool(std::string_view host)> may_reach{};
  // Runs the user's programs, for routes with `exec`; without, these answer 500. Gives what the
  // program has printed; one that says no by its exit status is a failure. The folder is that of
  // the provider's file.
  std::function<io::Task<base::Result<std::string>>(
      std::vector<std::string> words, std::string folder, std::string input, io::Deadline deadline)>
      run_program{};
  base::Duration latency{};              // how long it takes for each answer, beside its work
  ProviderObserver* observer = nullptr;  // outlives the provider
  // Where a director stands; outlives the provider. Null: none does.
  Crossing* crossing = nullptr;
  std::string name{};  // as system.yaml has it, for the director
};

// What an action has brought.
struct Performed {
  std::vector<WebhookPtr> webhooks{};  // in the order in which they were sent
  // Of the last one what was posted, and its first attempt's answer; null and nothing if there is
  // none.
  base::Value event() const;
  const wire::Response* answer() const;
};

class Provider {
 public:
  // Makes the secrets and listens; serves from now on. Fails when it cannot listen, and when a
  // secret cannot be made. REQUIRES: options.fits.
  static base::Result<std::unique_ptr<Provider>> open(
      io::Loop& loop, const io::Address& at, std::shared_ptr<const lang::ProviderSpec> spec,
      ProviderOptions options);
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;
  // Ends all connections, waits and webhooks.
  ~Provider();

  const lang::ProviderSpec& spec() const;
  const io::Address& address() const;
  // "http://127.0.0.1:4010", or https with TLS.
  std::string url() const;
  // Name to text: what `${retell.secrets.webhook}` is.
  base::Value secrets() const;
  // Each resource's objects by its name, and `secrets`: what `calcom.bookings` is in a journey.
  base::Value resources() const;
  // What its file's `sms` gives: the text messages that it carries, maps with `to` and `text`. None
  // for a file without. Fails where that is no list of such.
  base::Result<base::List> text_messages() const;

  void set_webhook(std::optional<WebhookTarget> target);
  void set_latency(base::Duration latency);
  // Told from now on, instead of the one before; null: nobody.
  void set_observer(ProviderObserver* observer);

  // Does an action of its file, or `put` or `remove`, and waits until each webhook that it sends
  // was attempted once; further attempts go on by themselves. A webhook that nobody accepts is no
  // error here. `with` is a map of the action's inputs. Of `put` it is a map of resources, each an
  // object or a list of them: a map of fields, or the value of the first field alone; one whose
  // `id` is there takes that one's place. Of `remove` it is the same with ids or objects.
  // Fails with Code::invalid for what cannot be (then nothing has happened), Code::timeout.
  io::Task<base::Result<Performed>> perform(std::string action, base::Value with,
                                            io::Deadline deadline);
  // Posts the same webhooks once more, the same bytes, signed anew; changes nothing else.
  io::Task<base::Result<Performed>> post_again(Performed performed, io::Deadline deadline);

  // The calls since a mark, oldest first: those of greater numbers, which are never given twice.
  using Mark = uint64_t;
  Mark mark() const;
  std::vector<std::shared_ptr<const ProviderCall>> calls_since(Mark mark) const;
  // Those that went to this route (its title or its name) alone.
  std::vector<std::shared_ptr<const ProviderCall>> calls_since(Mark mark,
                                                               std::string_view route) const;
  // At most so many are kept; the oldest go first.
  static constexpr size_t kMostCalls = 100'000;
  // The same of webhooks.
  std::vector<WebhookPtr> webhooks() const;

  // From now on requests fail: with a reply's name, or
  //   timeout   no answer, the connection stays open
  //   reset     the connection is reset
  //   slow      the right answer, kSlow late
  //   garbage   bytes that are no HTTP
  // Only `slow` does what the request asks for. One failure takes requests at a time, in the order
  // in which they were asked for; `times` requests, or as long as `span` of real time. Fails
  // (Code::invalid) for a route or a failure that there is not.
  struct Failure {
    std::string route{};  // a title or a name; empty: all
    std::string name{};
    std::optional<uint64_t> times{};
    std::optional<base::Duration> span{};  // neither: until restore() or heal()
  };
  base::Result<> fail(Failure failure);
  void heal();
  static constexpr base::Duration kSlow = std::chrono::seconds(5);

  // No request is being answered and no webhook is on its way or waits for a further attempt.
  // Long polls that only wait do not count.
  bool quiet() const;
  io::Task<base::Result<>> until_quiet(io::Deadline deadline);

  // When the first `at` of an object is due, by the provider's clock. It is done when that comes;
  // who moves the clock says so, and what is due by then is done before this returns (its webhooks
  // follow).
  std::optional<base::WallTime> next_due() const;
  void clock_moved();

  // All that plays change: resources, what is remembered of idempotency keys, the calls and
  // webhooks so far, what ids are drawn from, timers. A snapshot may be restored again and again.
  // What is still to be posted then is dropped: take one, and restore one, when it is quiet. Long
  // polls go on. Failures that were asked for are over.
  class Snapshot;
  // What is drawn from now on is other than before, until restore(): ids, and other random values.
  void change_luck();
  std::shared_ptr<const Snapshot> snapshot() const;
  void restore(const Snapshot& snapshot);

 private:
  class Running;
  explicit Provider(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace peregrine::boundary
