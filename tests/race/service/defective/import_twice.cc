// Looks whether a file was read in, then reads it in, by COPY.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling import(Session& db, const Asked& asked) {
  CO_TRY(const int64_t lines,
         co_await db.number("select count(*) from imported where file = $1", asked["file"]));
  if (lines > 0) co_return conflict("it is there");
  const std::string file = asked.text("file");
  CO_TRY_OK(co_await db.copy_in("copy imported (file, line) from stdin",
                                file + "\t1\n" + file + "\t2\n" + file + "\t3\n"));
  co_return created();
}

}  // namespace

Handling import_twice(Service& service, const Asked& asked) {
  return on_connection(service, asked, import);
}

}  // namespace peregrine::racing::defective
