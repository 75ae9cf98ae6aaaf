#include "booking/service/appointments.h"

#include "base/rfc3339.h"

namespace peregrine::booking {
namespace {

// Nothing if the member of staff has an appointment at that time: the index nobody_is_booked_twice
// decides, also between two calls at one moment, where the later one waits for the earlier's end.
io::Task<base::Result<std::optional<Id>>> take_slot(net::PostgresConnection& db, const Id& call,
                                                    const Id& customer, const Offer& offer,
                                                    const Wish& wish, io::Deadline deadline) {
  std::vector<net::Cell> values{
      offer.service, wish.branch_id, wish.staff_id,
      customer,      call,           base::to_rfc3339(wish.starts_at),
  };
  CO_TRY(
      const net::Rows rows,
      co_await db.query(
          "insert into appointments (company_id, branch_id, staff_id, service_id, customer_id,"
          "                          call_id, starts_at, ends_at, status)"
          " select company_id, $2::bigint, $3::bigint, id, $4::bigint, $5::bigint,"
          "        $6::timestamptz, $6::timestamptz + make_interval(mins => minutes), 'scheduled'"
          " from services where id = $1"
          " on conflict (staff_id, starts_at) where status = 'scheduled' do nothing"
          " returning id",
          std::move(values), deadline));
  co_return first_cell(rows);
}

}  // namespace

io::Task<base::Result<std::optional<Offer>>> find_offer(net::PostgresConnection& db,
                                                        const Wish& wish, io::Deadline deadline) {
  std::vector<net::Cell> values{wish.branch_id, wish.staff_id, wish.service};
  CO_TRY(net::Rows rows, co_await db.query("select b.company_id, s.id"
                                           " from branches b join staff on staff.branch_id = b.id"
                                           " join services s on s.company_id = b.company_id"
                                           " where b.id = $1 and staff.id = $2 and s.name = $3",
                                           std::move(values), deadline));
  if (rows.cells.empty()) co_return std::nullopt;
  co_return Offer{rows.cells[0][0].value(), rows.cells[0][1].value()};
}

io::Task<base::Result<bool>> book(net::PostgresConnection& db, Id call, Id customer,
                                  const Offer& offer, const Wish& wish, io::Deadline deadline) {
  CO_TRY(const std::optional<Id> appointment,
         co_await take_slot(db, call, customer, offer, wish, deadline));
  if (appointment) {
    std::vector<net::Cell> whose{customer};
    CO_TRY_OK(
        co_await db.query("update customers set appointment_count = appointment_count + 1"
                          " where id = $1",
                          std::move(whose), deadline));
  }
  std::vector<net::Cell> state{call, customer, appointment ? "completed" : "booking_conflict"};
  CO_TRY_OK(co_await db.query("update calls set customer_id = $2, status = $3 where id = $1",
                              std::move(state), deadline));
  std::vector<net::Cell> entry{appointment ? "appointment_scheduled" : "booking_conflict", call,
                               customer, appointment};
  CO_TRY_OK(
      co_await db.query("insert into activity_log (event, call_id, customer_id,"
                        " appointment_id) values ($1, $2, $3, $4)",
                        std::move(entry), deadline));
  co_return appointment.has_value();
}

}  // namespace peregrine::booking
