#include "booking/service/group_booking.h"

#include "base/json.h"
#include "booking/service/counters.h"
#include "booking/service/customers.h"
#include "booking/service/deadlock.h"
#include "booking/service/group_request.h"
#include "booking/service/group_seats.h"
#include "booking/service/log.h"

namespace peregrine::booking {
namespace {

using base::Map;
using base::Result;
using base::Value;
using Outcome = Seating::Outcome;

wire::Response refused(Outcome outcome, const Id& session, int64_t left) {
  const int64_t id = std::stoll(session);
  if (outcome == Outcome::full)
    return json_response(409, Map{{"error", "full"}, {"session", id}, {"left", left}});
  if (outcome == Outcome::booked_already)
    return json_response(409, Map{{"error", "booked already"}, {"session", id}});
  return json_response(404, Map{{"error", "no such session"}, {"session", id}});
}

// Session by session, in the order asked for, so that the answer tells of the first that does not
// fit. Two who go opposite ways may come to block each other: PostgreSQL ends one of them then.
io::Task<Result<wire::Response>> book_all(net::PostgresConnection& db, const GroupRequest& asked,
                                          io::Deadline deadline) {
  std::vector<net::Cell> branch{asked.branch};
  CO_TRY(const net::Rows rows, co_await db.query("select company_id from branches where id = $1",
                                                 std::move(branch), deadline));
  std::optional<Id> company = first_cell(rows);
  if (!company) co_return json_response(404, Map{{"error", "no such branch"}});
  Wish who;
  who.phone = asked.phone;
  who.name = asked.name;
  who.email = asked.email;
  CO_TRY(const Id customer,
         co_await find_or_create_customer(db, *std::move(company), {}, who, deadline));
  for (const Id& session : asked.sessions) {
    CO_TRY(const Seating seating,
           co_await take_seats(db, asked.branch, session, customer, asked.seats, deadline));
    if (seating.outcome != Outcome::taken)
      co_return refused(seating.outcome, session, seating.left);
  }
  co_return json_response(201, Map{{"customer", std::stoll(customer)}, {"seats", asked.seats}});
}

// `again`: it has failed, and may go well the next time.
io::Task<Result<wire::Response>> attempt(net::PostgresConnection& db, const GroupRequest& asked,
                                         bool& again, io::Deadline deadline) {
  CO_TRY_OK(co_await db.begin(deadline));
  Result<wire::Response> answer = co_await book_all(db, asked, deadline);
  if (answer && answer->status == 201) {
    const Result<> committed = co_await db.commit(deadline);
    if (!committed) answer = std::unexpected(committed.error());
  }
  again = !answer && db.usable() && lost_to_another(db);
  if (db.usable() && db.in_transaction()) CO_TRY_OK(co_await db.rollback(deadline));
  co_return answer;
}

io::Task<Result<wire::Response>> book(App& app, const GroupRequest& asked) {
  const io::Deadline deadline = app.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await app.pool.acquire(deadline));
  for (int tries = 1;; ++tries) {
    bool again = false;
    Result<wire::Response> answer = co_await attempt(*db, asked, again, deadline);
    if (!again || tries == kMostTriesOfAGroup) co_return answer;
    app.counters.count("group_bookings", "tried_again");
    log(Level::warning, "another transaction was in the way of a group booking, trying again",
        Map{{"phone", asked.phone}, {"attempt", tries}, {"error", answer.error().to_string()}});
  }
}

}  // namespace

io::Task<wire::Response> group_booking(App& app, const wire::Request& request) {
  const Result<Value> body = base::parse_json(request.body);
  if (!body) co_return json_response(400, Map{{"error", body.error().text}});
  const Result<GroupRequest> asked = read_group_request(*body);
  if (!asked) co_return json_response(400, Map{{"error", asked.error().text}});
  Result<wire::Response> answer = co_await book(app, *asked);
  if (!answer) co_return failed("the group could not be booked", answer.error());
  app.counters.count("group_bookings", answer->status == 201 ? "booked" : "refused");
  co_return *std::move(answer);
}

}  // namespace peregrine::booking
