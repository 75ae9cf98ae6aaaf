// Defect: the branch's hours are taken for hours of UTC, as on a server whose zone is that: in
// Berlin the practice then opens at nine or ten.
#include "base/rfc3339.h"
#include "booking/service/opening.h"

namespace peregrine::booking {
namespace {

// The days and hours are counted in local time, and only their results turned into instants, so
// that a day on which the clocks change has its hours too.
constexpr const char* kQuery = R"(
  select extract(epoch from starts)::bigint,
         exists (select from appointments a
                 where a.staff_id = $1 and a.status in ('pending', 'scheduled')
                   and a.starts_at < starts + length and a.ends_at > starts)
  from staff
  join branches b on b.id = staff.branch_id
  join services s on s.id = $2
  cross join lateral make_interval(mins => s.minutes) as length
  cross join lateral generate_series(
    ($3::timestamptz at time zone b.zone)::date, ($4::timestamptz at time zone b.zone)::date,
    interval '1 day') as day
  join opening_hours h on h.branch_id = b.id and h.weekday = extract(isodow from day)
  cross join lateral generate_series(
    day::timestamp + h.opens, day::timestamp + h.closes - length, interval '30 minutes') as local
  cross join lateral (select local at time zone 'UTC' as starts) as instant
  where staff.id = $1
    and starts >= greatest($3::timestamptz, now()) and starts < $4::timestamptz
    and not (local < day::timestamp + h.break_ends
             and local + length > day::timestamp + h.break_starts)
  order by starts limit $5)";

}  // namespace

io::Task<base::Result<std::vector<Slot>>> opening_slots(net::PostgresConnection& db, Id staff,
                                                        Id service, base::WallTime from,
                                                        base::WallTime to, io::Deadline deadline) {
  std::vector<net::Cell> values{std::move(staff), std::move(service), base::to_rfc3339(from),
                                base::to_rfc3339(to), std::to_string(kMostSlots)};
  CO_TRY(const net::Rows rows, co_await db.query(kQuery, std::move(values), deadline));
  std::vector<Slot> out;
  for (const std::vector<net::Cell>& row : rows.cells)
    out.push_back({instant_of_epoch(row[0].value()), row[1] == "t"});
  co_return out;
}

}  // namespace peregrine::booking
