#include "booking/service/calls.h"

#include "base/rfc3339.h"

namespace peregrine::booking {
namespace {

// Columns in the order of WaitingCall's members.
constexpr const char* kClaim = R"(
  update calls c set attempts = attempts + 1
  from branches b, staff_services does, customers customer
  where c.id = $1 and c.status = 'received' and b.id = c.branch_id and customer.id = c.customer_id
    and does.staff_id = c.staff_id and does.service_id = c.service_id
  returning c.id, c.call_id, c.attempts, b.company_id, c.branch_id, c.staff_id, c.service_id,
            c.customer_id, extract(epoch from c.wanted_at)::bigint, does.calcom_event_type, b.zone,
            customer.name, customer.email, customer.phone)";

WaitingCall waiting_call(const std::vector<net::Cell>& row) {
  WaitingCall out{.id = row[0].value(),
                  .call_id = row[1].value(),
                  .attempts = std::stoi(row[2].value()),
                  .company = row[3].value(),
                  .branch = row[4].value(),
                  .staff = row[5].value(),
                  .service = row[6].value(),
                  .customer = row[7].value(),
                  .wanted_at = std::nullopt,
                  .event_type = std::stoll(row[9].value()),
                  .zone = row[10].value(),
                  .name = row[11].value(),
                  .email = row[12].value(),
                  .phone = row[13].value()};
  if (row[8]) out.wanted_at = instant_of_epoch(*row[8]);
  return out;
}

}  // namespace

base::Map WaitingCall::context() const {
  return {{"call_id", call_id}, {"customer_id", std::stoll(customer)}, {"attempt", attempts}};
}

io::Task<base::Result<std::optional<Id>>> store_call(net::PostgresConnection& db,
                                                     const ReportedCall& call, const Offer& offer,
                                                     const Wish& wish, const Id& customer,
                                                     io::Deadline deadline) {
  net::Cell wanted;
  if (wish.starts_at) wanted = base::to_rfc3339(*wish.starts_at);
  std::vector<net::Cell> values{call.call_id,
                                call.from_number,
                                call.to_number,
                                base::to_rfc3339(call.started_at),
                                base::to_rfc3339(call.ended_at),
                                customer,
                                offer.branch,
                                offer.staff,
                                offer.service,
                                std::move(wanted)};
  CO_TRY(
      const net::Rows rows,
      co_await db.query("insert into calls (call_id, from_number, to_number, started_at, ended_at,"
                        " customer_id, branch_id, staff_id, service_id, wanted_at)"
                        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                        " on conflict (call_id) do nothing returning id",
                        std::move(values), deadline));
  co_return first_cell(rows);
}

io::Task<base::Result<std::optional<WaitingCall>>> claim_call(net::PostgresConnection& db, Id call,
                                                              io::Deadline deadline) {
  std::vector<net::Cell> values{std::move(call)};
  CO_TRY(const net::Rows rows, co_await db.query(kClaim, std::move(values), deadline));
  if (rows.cells.empty()) co_return std::nullopt;
  co_return waiting_call(rows.cells[0]);
}

io::Task<base::Result<std::vector<Id>>> waiting_calls(net::PostgresConnection& db, size_t most,
                                                      io::Deadline deadline) {
  std::vector<net::Cell> values{std::to_string(most)};
  CO_TRY(const net::Rows rows,
         co_await db.query("select id from calls where status = 'received' order by id limit $1",
                           std::move(values), deadline));
  std::vector<Id> out;
  for (const std::vector<net::Cell>& row : rows.cells) out.push_back(row[0].value());
  co_return out;
}

io::Task<base::Result<>> finish_call(net::PostgresConnection& db, const WaitingCall& call,
                                     std::string_view status, std::string_view reason,
                                     io::Deadline deadline) {
  std::vector<net::Cell> values{call.id, std::string(status), std::string(reason)};
  CO_TRY_OK(
      co_await db.query("update calls set status = $2, reason = nullif($3, ''),"
                        " finished_at = now() where id = $1",
                        std::move(values), deadline));
  co_return base::Result<>{};
}

}  // namespace peregrine::booking
