// Operations whose answers are not what the server says, for it was asked by Peregrine as well
// (boundary/tap.h): those that are divided, and those that are refused.
#include <fmt/core.h>

#include <algorithm>

#include "boundary/postgres_statements.h"

namespace peregrine::boundary {

using base::Instant;
using wire::postgres::Message;
namespace pg = wire::postgres;

namespace {

// As the server says it.
constexpr pg::ServerError kCancelled{"ERROR", "57014", "canceling statement due to user request"};
// A portal that no client has: to run it fails, whatever state the transaction is in.
constexpr std::string_view kNoPortal = "a statement that was canceled while it was held";
// They come at any time, and answer nothing: notifications, and the server's settings.
constexpr std::string_view kByItself = "AS";

}  // namespace

std::string PostgresStatements::divide() {
  rewriting_ = Rewriting::opens;
  return pg::encode_query("BEGIN");
}

std::string PostgresStatements::finish() {
  rewriting_ = Rewriting::seen;
  return pg::encode_query(divided_failed_ ? "ROLLBACK" : "COMMIT");
}

// As when its first message fails: the server ignores the rest of it, up to the next Sync.
Tap::Refusal PostgresStatements::refuse(Instant now) {
  const bool flushed = !awaited_.empty() && awaited_.back().kind == Awaited::flush;
  const auto statement = std::ranges::find_if(awaited_, [](const Awaited& one) {
    return one.kind == Awaited::query || one.kind == Awaited::execute;
  });
  answer_ = {};
  if (statement != awaited_.end()) {
    StatementSeen& seen = statement->seen;
    seen.failed = true;
    seen.outcome =
        fmt::format("{} {}: {}", kCancelled.severity, kCancelled.sqlstate, kCancelled.text);
    tell(seen, now);
  }
  awaited_.clear();
  skipping_ = flushed;
  rewriting_ = flushed ? Rewriting::refused_flush : Rewriting::refused;
  return {pg::encode_execute(kNoPortal) + (flushed ? pg::encode_flush() : pg::encode_sync()),
          pg::encode_error(kCancelled)};
}

// One message of the server's.
Tap::Taken PostgresStatements::see_rewritten(const Message& message, Instant now) {
  if (kByItself.contains(message.type)) return {.state = Taken::between};
  const bool refused = rewriting_ == Rewriting::refused || rewriting_ == Rewriting::refused_flush;
  return refused ? see_refused(message) : see_divided(message, now);
}

// What answers the BEGIN and the COMMIT is hidden, but for the last: ready for what comes next. A
// COMMIT that fails is what the statement is answered.
Tap::Taken PostgresStatements::see_divided(const Message& message, Instant now) {
  Taken taken{.state = Taken::begun};
  if (rewriting_ == Rewriting::opens) {
    taken.hidden = true;
    if (message.type != 'Z') return taken;
    rewriting_ = Rewriting::runs;
    divided_failed_ = false;
  } else if (rewriting_ == Rewriting::runs) {
    if (message.type != 'Z') {
      see_answer(message, now);
      return taken;
    }
    divided_failed_ = pg::decode_ready(message) == 'E';
    rewriting_ = Rewriting::carried_out;
    taken.hidden = true;
    taken.state = Taken::carried_out;
  } else if (message.type == 'Z') {
    rewriting_ = Rewriting::none;
    see_answer(message, now);
    taken.state = answer_.state;
  } else if (message.type == 'E') {
    see_answer(message, now);
    taken.instead = true;
  } else {
    taken.hidden = message.type == 'C';
  }
  return taken;
}

// The error has been told already. A Flush is answered by nothing more.
Tap::Taken PostgresStatements::see_refused(const Message& message) {
  Taken taken{.state = Taken::begun, .hidden = message.type == 'E'};
  if (message.type != (rewriting_ == Rewriting::refused_flush ? 'E' : 'Z')) return taken;
  rewriting_ = Rewriting::none;
  answer_.state = taken.state = Taken::ended;
  if (message.type == 'Z') see_status(message);
  return taken;
}

}  // namespace peregrine::boundary
