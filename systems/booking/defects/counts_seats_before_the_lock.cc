// Defect: the seats are counted before the session is locked, so that two groups at one moment get
// the same ones.
#include "booking/service/group_seats.h"

namespace peregrine::booking {
namespace {

using base::Result;
using Outcome = Seating::Outcome;

io::Task<Result<int64_t>> count_taken(net::PostgresConnection& db, Id session,
                                      io::Deadline deadline) {
  std::vector<net::Cell> values{std::move(session)};
  CO_TRY(const net::Rows rows,
         co_await db.query("select coalesce(sum(seats), 0) from group_bookings"
                           " where session_id = $1",
                           std::move(values), deadline));
  co_return std::stoll(first_cell(rows).value());
}

}  // namespace

io::Task<Result<Seating>> take_seats(net::PostgresConnection& db, Id branch, Id session,
                                     Id customer, int64_t seats, io::Deadline deadline) {
  CO_TRY(const int64_t taken, co_await count_taken(db, session, deadline));
  std::vector<net::Cell> which{session, std::move(branch)};
  CO_TRY(const net::Rows rows,
         co_await db.query("select seats from group_sessions where id = $1 and branch_id = $2"
                           " for update",
                           std::move(which), deadline));
  const std::optional<Id> all = first_cell(rows);
  if (!all) co_return Seating{Outcome::no_such_session};
  std::vector<net::Cell> values{std::move(session), std::move(customer), std::to_string(seats)};
  const int64_t left = std::stoll(*all) - taken;
  if (left < seats) co_return Seating{Outcome::full, left};
  CO_TRY(const net::Rows booked,
         co_await db.query("insert into group_bookings (session_id, customer_id, seats)"
                           " values ($1, $2, $3) on conflict do nothing",
                           std::move(values), deadline));
  co_return Seating{booked.affected > 0 ? Outcome::taken : Outcome::booked_already};
}

}  // namespace peregrine::booking
