#include "booking/service/calls.h"

#include "base/rfc3339.h"

namespace peregrine::booking {

io::Task<base::Result<std::optional<Id>>> store_call(net::PostgresConnection& db,
                                                     const ReportedCall& call,
                                                     io::Deadline deadline) {
  std::vector<net::Cell> values{call.call_id, call.from_number, call.to_number,
                                base::to_rfc3339(call.started_at), base::to_rfc3339(call.ended_at)};
  CO_TRY(
      const net::Rows rows,
      co_await db.query("insert into calls (call_id, from_number, to_number, started_at, ended_at)"
                        " values ($1, $2, $3, $4, $5)"
                        " on conflict (call_id) do nothing returning id",
                        std::move(values), deadline));
  co_return first_cell(rows);
}

std::optional<Id> first_cell(const net::Rows& rows) {
  if (rows.cells.empty() || rows.cells[0].empty()) return std::nullopt;
  return rows.cells[0][0];
}

}  // namespace peregrine::booking
