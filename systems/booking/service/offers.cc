#include "booking/service/offers.h"

namespace peregrine::booking {

io::Task<base::Result<std::optional<Offer>>> find_offer(net::PostgresConnection& db,
                                                        const Wish& wish, io::Deadline deadline) {
  std::vector<net::Cell> values{wish.branch_id, wish.staff_id, wish.service};
  CO_TRY(const net::Rows rows,
         co_await db.query("select b.company_id, b.id, staff.id, s.id, does.calcom_event_type"
                           " from branches b join staff on staff.branch_id = b.id"
                           " join staff_services does on does.staff_id = staff.id"
                           " join services s on s.id = does.service_id"
                           " where b.id = $1 and staff.id = $2 and s.name = $3",
                           std::move(values), deadline));
  if (rows.cells.empty()) co_return std::nullopt;
  const std::vector<net::Cell>& row = rows.cells[0];
  co_return Offer{.company = row[0].value(),
                  .branch = row[1].value(),
                  .staff = row[2].value(),
                  .service = row[3].value(),
                  .event_type = std::stoll(row[4].value())};
}

}  // namespace peregrine::booking
