#include "booking/service/customers.h"

namespace peregrine::booking {

io::Task<base::Result<Id>> find_or_create_customer(net::PostgresConnection& db, Id company,
                                                   const ReportedCall&, const Wish& wish,
                                                   io::Deadline deadline) {
  // One statement, so that two calls at one moment get the same row. The update changes nothing:
  // it is there so that `returning` also answers for a row that another call has made.
  std::vector<net::Cell> values{std::move(company), wish.name, wish.phone, wish.email};
  CO_TRY(const net::Rows rows,
         co_await db.query("insert into customers (company_id, name, phone, email)"
                           " values ($1, $2, $3, $4)"
                           " on conflict (company_id, phone) do update set phone = excluded.phone"
                           " returning id",
                           std::move(values), deadline));
  co_return first_cell(rows).value();
}

}  // namespace peregrine::booking
