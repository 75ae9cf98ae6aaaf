// /items: rows of its PostgreSQL, written at once or a while after the answer.
#include "base/json.h"
#include "journeys/service/parrot.h"

namespace peregrine::parrot {

using namespace std::chrono_literals;
using base::Map;
using base::Result;
using base::Value;

namespace {

constexpr base::Duration kPatience = 5s;

wire::Response failed(const base::Error& error) {
  return json_response(500, Map{{"error", error.to_string()}});
}

io::Task<Result<net::Rows>> ask(Parrot& parrot, std::string sql, std::vector<net::Cell> values) {
  const io::Deadline deadline = parrot.loop.in(kPatience);
  CO_TRY(net::PostgresPool::Lease db, co_await parrot.pool.acquire(deadline));
  co_return co_await db->query(std::move(sql), std::move(values), deadline);
}

// What a body gives as `name`, as a parameter; none is NULL.
net::Cell member(const Value& body, std::string_view name) {
  const Value* found = body.find(name);
  if (!found || found->is_null()) return std::nullopt;
  return found->is_text() ? found->as_text() : base::to_json(*found);
}

io::Task<Result<net::Rows>> insert(Parrot& parrot, const Value& body) {
  std::vector<net::Cell> values{member(body, "name"), member(body, "price")};
  co_return co_await ask(parrot, "insert into items (name, price) values ($1, $2) returning id",
                         std::move(values));
}

io::Task<wire::Response> create(Parrot& parrot, const net::HttpRequest& request) {
  const Result<Value> body = base::parse_json(request.message.body);
  if (!body) co_return json_response(400, Map{{"error", body.error().to_string()}});
  const Result<net::Rows> rows = co_await insert(parrot, *body);
  if (!rows) co_return failed(rows.error());
  co_return json_response(201, Map{{"id", std::stoll(*rows->cells[0][0])}});
}

io::Task<void> insert_after(Parrot& parrot, base::Duration delay, Value body) {
  if (!co_await parrot.loop.sleep(delay)) co_return;
  (void)co_await insert(parrot, body);
}

io::Task<wire::Response> create_later(Parrot& parrot, const net::HttpRequest& request) {
  Result<Value> body = base::parse_json(request.message.body);
  if (!body) co_return json_response(400, Map{{"error", body.error().to_string()}});
  const std::chrono::milliseconds delay(number_in(request, "ms", 100));
  parrot.later.spawn(insert_after(parrot, delay, *std::move(body)));
  co_return wire::Response{.status = 202};
}

io::Task<wire::Response> show(Parrot& parrot, const net::HttpRequest& request) {
  std::vector<net::Cell> values{request.parameter("id")};
  const Result<net::Rows> rows =
      co_await ask(parrot, "select to_json(items) from items where id = $1", std::move(values));
  if (!rows) co_return failed(rows.error());
  if (rows->cells.empty()) co_return json_response(404, Map{{"error", "no such item"}});
  co_return wire::Response{.headers = {{"content-type", "application/json"}},
                           .body = *rows->cells[0][0]};
}

io::Task<wire::Response> remove(Parrot& parrot, const net::HttpRequest& request) {
  std::vector<net::Cell> values{request.parameter("id")};
  const Result<net::Rows> rows =
      co_await ask(parrot, "delete from items where id = $1", std::move(values));
  if (!rows) co_return failed(rows.error());
  co_return wire::Response{.status = rows->affected == 1 ? 204 : 404};
}

}  // namespace

void add_items(net::Router& router, Parrot& parrot) {
  router.add("POST", "/items",
             [&parrot](const net::HttpRequest& request) { return create(parrot, request); });
  router.add("POST", "/items/later",
             [&parrot](const net::HttpRequest& request) { return create_later(parrot, request); });
  router.add("GET", "/items/{id}",
             [&parrot](const net::HttpRequest& request) { return show(parrot, request); });
  router.add("DELETE", "/items/{id}",
             [&parrot](const net::HttpRequest& request) { return remove(parrot, request); });
}

}  // namespace peregrine::parrot
