#include "booking/service/calcom.h"

#include "base/text.h"
#include "booking/service/log.h"

namespace peregrine::booking {

using base::Code;
using base::Map;
using base::Result;
using wire::Request;
using wire::Response;

namespace {

std::string said(const Result<Response>& attempt) {
  return attempt ? reason_of(*attempt) : attempt.error().to_string();
}

// The word by which an attempt is counted.
std::string_view outcome_of(const Result<Response>& attempt) {
  if (!attempt) return attempt.error().code == Code::timeout ? "timeout" : "unreachable";
  if (attempt->status == 429) return "rate_limit";
  if (attempt->status >= 500) return "server_error";
  return attempt->status >= 400 ? "refused" : "ok";
}

void log_success(int attempts, std::string_view what, const Map& context) {
  if (attempts == 0) return;
  log(Level::info, "Cal.com answered after a retry",
      base::MapBuilder(context).set("asked_for", what).set("attempts", attempts + 1).build());
}

}  // namespace

Calcom::Calcom(io::Loop& loop, Counters& counters, CalcomSettings settings, const net::Url& url)
    : loop_(loop),
      counters_(counters),
      settings_(std::move(settings)),
      origin_(net::Origin::of(url)),
      prefix_(url.path),
      client_(loop) {
  while (prefix_.ends_with('/')) prefix_.pop_back();
}

Result<std::unique_ptr<Calcom>> Calcom::create(io::Loop& loop, Counters& counters,
                                               CalcomSettings settings) {
  const Result<net::Url> url = net::parse_url(settings.url);
  if (!url) return base::because(url.error(), "CALCOM_URL is no URL of http or https");
  return std::unique_ptr<Calcom>(new Calcom(loop, counters, std::move(settings), *url));
}

io::Task<Result<Response>> Calcom::send(Request request) {
  request.target.insert(0, prefix_);
  request.headers.add("authorization", "Bearer " + settings_.key);
  Result<Response> answer =
      co_await client_.send(origin_, std::move(request), loop_.in(settings_.timeout));
  counters_.count("calcom_requests", outcome_of(answer));
  co_return answer;
}

io::Task<Result<bool>> Calcom::wait_after(Patience& patience, const Result<Response>& attempt,
                                          std::string_view what, Map context) {
  const std::optional<base::Duration> pause = patience.after(attempt);
  if (!pause) co_return false;
  base::MapBuilder line(context);
  line.set("asked_for", what).set("attempts", patience.attempts()).set("error", said(attempt));
  if (attempt) line.set("status", attempt->status);
  line.set("pause_ms", std::chrono::duration_cast<std::chrono::milliseconds>(*pause).count());
  log(Level::warning, "Cal.com failed, trying again", line.build());
  CO_TRY_OK(co_await loop_.sleep(*pause));
  co_return true;
}

io::Task<Result<std::vector<base::WallTime>>> Calcom::slots(int64_t event_type, base::WallTime from,
                                                            base::WallTime to, Map context) {
  Patience patience;
  for (;;) {
    const Result<Response> answer = co_await send(slots_request(event_type, from, to));
    if (answer && answer->status == 200) {
      log_success(patience.attempts(), "slots", context);
      co_return read_slots(answer->body);
    }
    CO_TRY(const bool again, co_await wait_after(patience, answer, "slots", context));
    if (!again) co_return base::fail(Code::failed, "Cal.com tells no slots: {}", said(answer));
  }
}

io::Task<Result<std::optional<CalcomBooking>>> Calcom::find(const WaitingCall& call) {
  CO_TRY(const Response answer, co_await send(find_request(call)));
  if (answer.status != 200)
    co_return base::fail(Code::failed, "Cal.com tells no bookings: {}", reason_of(answer));
  co_return read_found(answer.body, call.call_id);
}

// Looks for the call's booking first, if it may be there; asks for it when it is not.
io::Task<Result<Response>> Calcom::find_or_book(const WaitingCall& call, const Request& request,
                                                bool look, std::optional<CalcomBooking>& found) {
  if (look) {
    CO_TRY(found, co_await find(call));
    if (found) co_return Response{};
  }
  co_return co_await send(request);
}

io::Task<Result<Booked>> Calcom::book(const WaitingCall& call, base::WallTime starts_at) {
  const Request request = booking_request(call, starts_at);
  const Map context = call.context();
  Patience patience;
  std::optional<CalcomBooking> found;
  // A call that was begun before, by a process that has ended, may have been booked then.
  bool look = call.attempts > 1;
  for (;;) {
    const Result<Response> answer = co_await find_or_book(call, request, look, found);
    if (found) co_return *found;
    if (answer && answer->status == 201) {
      log_success(patience.attempts(), "booking", context);
      Result<CalcomBooking> booking = read_booking(answer->body);
      if (!booking) co_return Refusal{.reason = booking.error().to_string()};
      co_return *std::move(booking);
    }
    CO_TRY(const bool again, co_await wait_after(patience, answer, "booking", context));
    look = look || patience.unsure();
    if (again) continue;
    // The last attempt too may have been carried out, and "taken" may mean: by an earlier one.
    if (look) {
      Result<std::optional<CalcomBooking>> late = co_await find(call);
      if (late && *late) co_return **std::move(late);
    }
    co_return Refusal{.taken = answer && says_taken(*answer), .reason = said(answer)};
  }
}

}  // namespace peregrine::booking
