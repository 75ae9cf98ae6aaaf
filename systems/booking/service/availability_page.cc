#include "booking/service/availability_page.h"

#include <algorithm>

#include "base/rfc3339.h"
#include "booking/service/availability.h"

namespace peregrine::booking {
namespace {

using base::Map;
using base::Result;

struct Question {
  Wish wish;
  base::WallTime day;
};

// A number that fits a bigint.
bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Question> read_question(const net::Pairs& query) {
  const auto text = [&](std::string_view name) {
    const std::string* value = query.find(name);
    return value && value->find('\0') == std::string::npos ? *value : "";
  };
  const std::optional<base::WallTime> day = base::parse_rfc3339(text("day") + "T00:00:00Z");
  Question out;
  out.wish.branch_id = text("branch");
  out.wish.staff_id = text("staff");
  out.wish.service = text("service");
  if (!day || !is_id(out.wish.branch_id) || !is_id(out.wish.staff_id)) return std::nullopt;
  out.day = *day;
  return out;
}

// The question as a call that asks for it; nothing when nobody offers it.
io::Task<Result<std::optional<WaitingCall>>> as_call(App& app, const Wish& wish) {
  const io::Deadline deadline = app.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await app.pool.acquire(deadline));
  CO_TRY(const std::optional<Offer> offer, co_await find_offer(*db, wish, deadline));
  if (!offer) co_return std::nullopt;
  WaitingCall out;
  out.customer = "0";
  out.staff = offer->staff;
  out.service = offer->service;
  out.event_type = offer->event_type;
  co_return out;
}

}  // namespace

io::Task<wire::Response> availability_page(App& app, const net::Pairs& query) {
  const std::optional<Question> question = read_question(query);
  if (!question)
    co_return json_response(400, Map{{"error", "branch, staff, service and day are needed"}});
  const Result<std::optional<WaitingCall>> call = co_await as_call(app, question->wish);
  if (!call) co_return failed("the offer could not be read", call.error());
  if (!*call) co_return json_response(404, Map{{"error", "nobody offers that"}});
  const Result<Availability> found =
      co_await availability(app, **call, question->day, question->day + std::chrono::days(1));
  if (!found) {
    wire::Response response = failed("the calendar could not be read", found.error());
    response.status = 502;
    co_return response;
  }
  base::List slots;
  for (const base::WallTime slot : found->free) slots.emplace_back(base::to_rfc3339(slot));
  co_return json_response(200, Map{{"slots", std::move(slots)}});
}

}  // namespace peregrine::booking
