// Defect: the mail tells the hour in UTC, and the customer comes an hour or two early.
#include "booking/service/confirmation.h"

namespace peregrine::booking {
namespace {

// The day and the hour are those of the branch's clock. The price has the comma that Germany has.
constexpr const char* kInsert = R"(
  insert into outbox (appointment_id, kind, message_id, sender, recipient, subject, body)
  select a.id, 'confirmation',
         '<' || gen_random_uuid() || '@' || split_part(co.email, '@', 2) || '>', co.email, c.email,
         'Ihr Termin am ' || day || ' um ' || hour || ' Uhr',
         'Guten Tag, ' || c.name || E'!\n\nIhr Termin ist gebucht:\n\n'
           || day || ', ' || hour || E' Uhr\n'
           || s.name || ' (' || s.minutes || ' Minuten, '
           || replace(a.price::text, '.', ',') || E' EUR)\n'
           || staff.name || ', ' || co.name || ', ' || b.name || E'\n'
  from appointments a
  join companies co on co.id = a.company_id
  join branches b on b.id = a.branch_id
  join staff on staff.id = a.staff_id
  join services s on s.id = a.service_id
  join customers c on c.id = a.customer_id
  cross join lateral (select to_char(a.starts_at at time zone b.zone, 'DD.MM.YYYY') as day,
                             to_char(a.starts_at at time zone 'UTC', 'HH24:MI') as hour) as local
  where a.id = $1)";

}  // namespace

io::Task<base::Result<>> owe_confirmation(net::PostgresConnection& db, const Id& appointment,
                                          io::Deadline deadline) {
  std::vector<net::Cell> values{appointment};
  CO_TRY_OK(co_await db.query(kInsert, std::move(values), deadline));
  co_return base::Result<>{};
}

}  // namespace peregrine::booking
