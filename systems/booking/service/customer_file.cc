#include "booking/service/customer_file.h"

#include <algorithm>

#include "booking/service/rows.h"

namespace peregrine::booking {
namespace {

// PostgreSQL makes the JSON: one object, its numbers and times as the database has them.
constexpr const char* kQuery = R"(
  select json_build_object(
    'id', c.id, 'name', c.name, 'phone', c.phone, 'email', c.email,
    'preferences', c.preferences, 'appointment_count', c.appointment_count,
    'appointments', coalesce((
      select json_agg(json_build_object(
        'id', a.id, 'service', s.name, 'price', a.price, 'staff', staff.name,
        'starts_at', a.starts_at, 'ends_at', a.ends_at, 'status', a.status) order by a.starts_at)
      from appointments a
      join services s on s.id = a.service_id
      join staff on staff.id = a.staff_id
      where a.customer_id = c.id), '[]'::json))
  from customers c where c.id = $1)";

// Digits that fit a bigint.
bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

io::Task<base::Result<std::optional<std::string>>> read_file(App& app, std::string id) {
  const io::Deadline deadline = app.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await app.pool.acquire(deadline));
  std::vector<net::Cell> values{std::move(id)};
  CO_TRY(const net::Rows rows, co_await db->query(kQuery, std::move(values), deadline));
  co_return first_cell(rows);
}

}  // namespace

io::Task<wire::Response> customer_file(App& app, std::string id) {
  const wire::Response nobody = json_response(404, base::Map{{"error", "no such customer"}});
  if (!is_id(id)) co_return nobody;
  base::Result<std::optional<std::string>> file = co_await read_file(app, std::move(id));
  if (!file) co_return failed("the customer could not be read", file.error());
  if (!*file) co_return nobody;
  co_return wire::Response{.headers = {{"content-type", "application/json"}},
                           .body = **std::move(file)};
}

}  // namespace peregrine::booking
