// Defect: nobody looks for the customer. The number is inserted as the operator wrote it, and only
// the unique key on customers stands against a duplicate. It sees two different numbers in
// "+49301234" and "0049 30 1234", so a returning caller becomes a new customer.
#include "booking/service/customers.h"

namespace peregrine::booking {

io::Task<base::Result<Id>> find_or_create_customer(net::PostgresConnection& db, Id company,
                                                   const ReportedCall& call, const Wish& wish,
                                                   io::Deadline deadline) {
  std::vector<net::Cell> values{std::move(company), wish.name, call.from_number, wish.email};
  CO_TRY(const net::Rows rows,
         co_await db.query("insert into customers (company_id, name, phone, email)"
                           " values ($1, $2, $3, $4)"
                           " on conflict (company_id, phone) do update set phone = excluded.phone"
                           " returning id",
                           std::move(values), deadline));
  co_return first_cell(rows).value();
}

}  // namespace peregrine::booking
