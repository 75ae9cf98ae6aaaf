// Defect: every appointment takes half an hour, whatever the service takes; the second half of
// a longer one is given to somebody else.
#include "base/rfc3339.h"
#include "booking/service/appointments.h"

namespace peregrine::booking {

io::Task<base::Result<std::optional<Hold>>> hold_slot(net::PostgresConnection& db,
                                                      const WaitingCall& call,
                                                      base::WallTime starts_at,
                                                      io::Deadline deadline) {
  std::vector<net::Cell> values{call.service,  call.branch, call.staff,
                                call.customer, call.id,     base::to_rfc3339(starts_at)};
  CO_TRY(const net::Rows rows,
         co_await db.query(
             "insert into appointments (company_id, branch_id, staff_id, service_id, customer_id,"
             "                          call_id, starts_at, ends_at, price, status)"
             " select company_id, $2::bigint, $3::bigint, id, $4::bigint, $5::bigint,"
             "        $6::timestamptz, $6::timestamptz + make_interval(mins => least(minutes, "
             "30)), price,"
             "        'pending'"
             " from services where id = $1"
             " on conflict do nothing returning id",
             std::move(values), deadline));
  std::optional<Id> id = first_cell(rows);
  if (!id) co_return std::nullopt;
  co_return Hold{*std::move(id), starts_at};
}

io::Task<base::Result<std::optional<Hold>>> find_hold(net::PostgresConnection& db,
                                                      const WaitingCall& call,
                                                      io::Deadline deadline) {
  std::vector<net::Cell> values{call.id};
  CO_TRY(const net::Rows rows,
         co_await db.query("select id, extract(epoch from starts_at)::bigint from appointments"
                           " where call_id = $1 and status = 'pending'",
                           std::move(values), deadline));
  if (rows.cells.empty()) co_return std::nullopt;
  co_return Hold{rows.cells[0][0].value(), instant_of_epoch(rows.cells[0][1].value())};
}

io::Task<base::Result<>> release_hold(net::PostgresConnection& db, const WaitingCall& call,
                                      io::Deadline deadline) {
  std::vector<net::Cell> values{call.id};
  CO_TRY_OK(co_await db.query("delete from appointments where call_id = $1 and status = 'pending'",
                              std::move(values), deadline));
  co_return base::Result<>{};
}

io::Task<base::Result<>> schedule(net::PostgresConnection& db, const Hold& hold,
                                  const std::optional<CalcomBooking>& booking,
                                  io::Deadline deadline) {
  std::vector<net::Cell> values{hold.appointment, std::nullopt, std::nullopt};
  if (booking) {
    values[1] = std::to_string(booking->id);
    values[2] = booking->uid;
  }
  CO_TRY_OK(
      co_await db.query("update appointments set status = 'scheduled', calcom_id = $2,"
                        " calcom_uid = $3 where id = $1",
                        std::move(values), deadline));
  co_return base::Result<>{};
}

}  // namespace peregrine::booking
