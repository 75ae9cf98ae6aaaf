// Reads a file in by COPY; the table refuses a line that is there.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling import(Session& db, const Asked& asked) {
  const std::string file = asked.text("file");
  const auto copied = co_await db.copy_in("copy unique_imported (file, line) from stdin",
                                          file + "\t1\n" + file + "\t2\n" + file + "\t3\n");
  if (!copied && db.refused_as(kUniqueViolation)) co_return conflict("it is there");
  CO_TRY_OK(copied);
  co_return created();
}

}  // namespace

Handling import_once(Service& service, const Asked& asked) {
  return on_connection(service, asked, import);
}

}  // namespace peregrine::racing::correct
