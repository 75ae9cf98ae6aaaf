// A comment belongs to a post, without a foreign key: it is written after the post was seen, and
// the post may be deleted with its comments between.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling comment(Session& db, const Asked& asked) {
  CO_TRY(const int64_t there,
         co_await db.number("select count(*) from posts where id = $1", asked["post"]));
  if (there == 0) co_return conflict("there is no such post");
  CO_TRY_OK(co_await db.ask("insert into comments (post, text) values ($1, $2)", asked["post"],
                            asked["text"]));
  co_return created();
}

Handling remove(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("delete from comments where post = $1", asked["post"]));
  CO_TRY_OK(co_await db.ask("delete from posts where id = $1", asked["post"]));
  co_return fine();
}

}  // namespace

Handling orphan_comment(Service& service, const Asked& asked) {
  return on_connection(service, asked, comment);
}

Handling orphan_remove(Service& service, const Asked& asked) {
  return in_transaction(service, asked, remove);
}

}  // namespace peregrine::racing::defective
