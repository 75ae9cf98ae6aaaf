// The practice's calendar at Cal.com: what is free there, and booking it.
//
// A request is tried again when that may help (patience.h); each retry, and the success after one,
// is logged with its context. Booking is idempotent: after an attempt of which nobody knows whether
// it was carried out, the call's booking is looked for before it is asked for again.
//
// One thread: the loop's. Outlives the tasks it was asked for.
#pragma once

#include <memory>
#include <variant>

#include "booking/service/calcom_message.h"
#include "booking/service/counters.h"
#include "booking/service/patience.h"
#include "booking/service/settings.h"
#include "net/http_client.h"

namespace peregrine::booking {

// Why Cal.com has no booking.
struct Refusal {
  bool taken = false;  // the slot is; otherwise the request was no good, or Cal.com does not work
  std::string reason;
};
using Booked = std::variant<CalcomBooking, Refusal>;

class Calcom {
 public:
  // Fails with Code::invalid for a URL that is none. `loop` and `counters` outlive it.
  static base::Result<std::unique_ptr<Calcom>> create(io::Loop& loop, Counters& counters,
                                                      CalcomSettings settings);

  // `context` is for the log.
  io::Task<base::Result<std::vector<base::WallTime>>> slots(int64_t event_type, base::WallTime from,
                                                            base::WallTime to, base::Map context);
  // Fails only when it is cancelled.
  io::Task<base::Result<Booked>> book(const WaitingCall& call, base::WallTime starts_at);

 private:
  Calcom(io::Loop& loop, Counters& counters, CalcomSettings settings, const net::Url& url);

  // One attempt.
  io::Task<base::Result<wire::Response>> send(wire::Request request);
  io::Task<base::Result<std::optional<CalcomBooking>>> find(const WaitingCall& call);
  io::Task<base::Result<wire::Response>> find_or_book(const WaitingCall& call,
                                                      const wire::Request& request, bool look,
                                                      std::optional<CalcomBooking>& found);
  // Logs what failed and waits; false: there is no further attempt.
  io::Task<base::Result<bool>> wait_after(Patience& patience,
                                          const base::Result<wire::Response>& attempt,
                                          std::string_view what, base::Map context);

  io::Loop& loop_;
  Counters& counters_;
  CalcomSettings settings_;
  net::Origin origin_;
  std::string prefix_;  // of every path: that of the URL
  net::HttpClient client_;
};

}  // namespace peregrine::booking
