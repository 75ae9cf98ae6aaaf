// A checkout of fourteen statements. One pair of them is wrong: the stock is read, and written less
// one. All else is each guest's own.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

io::Task<base::Result<>> arrive(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("select value from settings where key = 'open'"));
  CO_TRY_OK(co_await db.ask("select value from settings where key = 'tax'"));
  CO_TRY_OK(co_await db.ask("select price from stock where item = $1", asked["item"]));
  CO_TRY_OK(co_await db.ask("insert into visits (guest) values ($1)", asked["guest"]));
  CO_TRY_OK(co_await db.ask("select count(*) from visits where guest = $1", asked["guest"]));
  CO_TRY_OK(co_await db.ask("select value from settings where key = 'shipping'"));
  co_return base::Result<>{};
}

io::Task<base::Result<>> order(Session& db, const Asked& asked) {
  CO_TRY(const int64_t id,
         co_await db.number("insert into orders (guest) values ($1) returning id", asked["guest"]));
  CO_TRY_OK(co_await db.ask("insert into order_lines (order_id, item) values ($1, $2)", id,
                            asked["item"]));
  CO_TRY_OK(co_await db.ask("select count(*) from order_lines where order_id = $1", id));
  CO_TRY_OK(co_await db.ask("update orders set total = 30 where id = $1", id));
  CO_TRY_OK(co_await db.ask("insert into audit (line) values ($1)", asked["guest"]));
  CO_TRY_OK(co_await db.ask("select total from orders where id = $1", id));
  co_return base::Result<>{};
}

Handling check_out(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await arrive(db, asked));
  CO_TRY(const int64_t left,
         co_await db.number("select left_over from stock where item = $1", asked["item"]));
  if (left < 1) co_return conflict("sold out");
  CO_TRY_OK(
      co_await db.ask("update stock set left_over = $2 where item = $1", asked["item"], left - 1));
  CO_TRY_OK(co_await order(db, asked));
  co_return created();
}

}  // namespace

Handling many_operations(Service& service, const Asked& asked) {
  return on_connection(service, asked, check_out);
}

}  // namespace peregrine::racing::defective
