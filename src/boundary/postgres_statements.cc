#include "boundary/postgres_statements.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace peregrine::boundary {

using base::Instant;
using wire::postgres::Message;
namespace pg = wire::postgres;

namespace {

constexpr size_t kMostAsked = 10'000;
constexpr size_t kMostNamed = 1'000;
constexpr size_t kParameterText = 1'000;
constexpr std::string_view kUnknown = "(a statement that was prepared too long ago)";

std::string shown(const pg::Parameter& parameter) {
  if (parameter.null) return "NULL";
  if (parameter.binary) return fmt::format("<{} bytes>", parameter.size);
  return base::shortened(parameter.bytes, kParameterText);
}

// What a service leaves open for ever must not fill memory: one of the names goes, never the
// unnamed one, which every extended query uses.
template <class Map, class Value>
void keep(Map& map, std::string_view name, Value value) {
  if (map.size() >= kMostNamed && !map.contains(name)) map.erase(std::prev(map.end()));
  map.insert_or_assign(std::string(name), std::move(value));
}

}  // namespace

void PostgresStatements::from_client(std::string_view bytes, Instant now) {
  if (!following_) return;
  client_.feed(bytes);
  while (following_) {
    const auto message = client_.next();
    if (!message) break;
    asked(*message, now);
  }
  if (client_.broken()) lose();
}

void PostgresStatements::from_server(std::string_view bytes, Instant now) {
  if (!following_) return;
  server_.feed(bytes);
  while (following_) {
    const auto message = server_.next();
    if (!message) break;
    answered(*message, now);
  }
  if (server_.broken()) lose();
}

// ---- What the client asks

void PostgresStatements::asked_untyped(const Message& message) {
  const auto code = pg::decode_code(message);
  if (code == pg::kSslRequest || code == pg::kGssEncRequest) {
    client_.expect_untyped();
    server_.expect_one_byte();
  } else if (code == pg::kCancelRequest) {
    lose();  // nothing more comes
  }
}

void PostgresStatements::asked(const Message& message, Instant now) {
  if (asked_.size() >= kMostAsked) return lose();
  if (skipping_ && message.type != 'S') return;
  switch (message.type) {
    case 0:
      return asked_untyped(message);
    case 'Q':
      return await(Asked::query, std::string(pg::decode_text(message).value_or("")), {}, now);
    case 'F':
      return await(Asked::query, "(a function call)", {}, now);
    case 'P':
      return asked_parse(message, now);
    case 'B':
      return asked_bind(message, now);
    case 'E':
    case 'D':
    case 'C':
      return asked_of_named(message, now);
    case 'S':
      skipping_ = false;
      if (!copying_) await(Asked::sync, "", {}, now);
      return;
    case 'c':
    case 'f':
      copying_ = false;
      return;
    default:
      return;
  }
}

void PostgresStatements::asked_parse(const Message& message, Instant now) {
  const auto parse = pg::decode_parse(message);
  if (!parse) return lose();
  std::string sql = base::shortened(parse->sql, kStatementText);
  keep(prepared_, parse->statement, sql);
  await(Asked::parse, std::move(sql), {}, now);
}

void PostgresStatements::asked_bind(const Message& message, Instant now) {
  const auto bind = pg::decode_bind(message);
  if (!bind) return lose();
  const auto statement = prepared_.find(bind->statement);
  Portal portal{std::string(statement == prepared_.end() ? kUnknown : statement->second), {}};
  for (const pg::Parameter& parameter : bind->parameters) portal.params.push_back(shown(parameter));
  keep(portals_, bind->portal, portal);
  await(Asked::bind, std::move(portal.sql), std::move(portal.params), now);
}

void PostgresStatements::asked_of_named(const Message& message, Instant now) {
  const auto named = message.type == 'E' ? pg::decode_execute(message) : pg::decode_named(message);
  if (!named) return lose();
  const Asked::Kind kind = message.type == 'E'   ? Asked::execute
                           : message.type == 'D' ? Asked::describe
                                                 : Asked::close;
  Portal what{std::string(kUnknown), {}};
  if (named->kind == 'P') {
    if (const auto found = portals_.find(named->name); found != portals_.end()) {
      what = found->second;
    }
  } else if (const auto found = prepared_.find(named->name); found != prepared_.end()) {
    what.sql = found->second;
  }
  if (kind == Asked::close && named->kind == 'P') portals_.erase(std::string(named->name));
  if (kind == Asked::close && named->kind == 'S') prepared_.erase(std::string(named->name));
  await(kind, std::move(what.sql), std::move(what.params), now);
}

void PostgresStatements::await(Asked::Kind kind, std::string sql, std::vector<std::string> params,
                               Instant now) {
  Asked entry;
  entry.kind = kind;
  entry.seen.sql = base::shortened(sql, kStatementText);
  entry.seen.params = std::move(params);
  entry.seen.started = now;
  entry.seen.connection = connection_;
  asked_.push_back(std::move(entry));
}

// ---- What the server answers

void PostgresStatements::answered(const Message& message, Instant now) {
  switch (message.type) {
    case 0:
      // Anything but N: the rest is encrypted, or an error of a server older than the request.
      if (message.payload != "N") lose();
      return;
    case '1':
      return pop(Asked::parse);
    case '2':
      return pop(Asked::bind);
    case '3':
      return pop(Asked::close);
    case 'T':
    case 'n':
      return pop(Asked::describe);
    case 'C':
      return complete(pg::decode_text(message).value_or(""), now);
    case 'I':
      return complete("(empty)", now);
    case 's':
      return complete("(more rows to come)", now);
    case 'G':
      // A Sync that was sent along is read and ignored during the copy.
      copying_ = true;
      std::erase_if(asked_, [](const Asked& entry) { return entry.kind == Asked::sync; });
      return;
    case 'E':
      return answered_error(message, now);
    case 'Z':
      return ready(now);
    default:
      return;
  }
}

void PostgresStatements::pop(Asked::Kind kind) {
  if (!asked_.empty() && asked_.front().kind == kind) asked_.pop_front();
}

void PostgresStatements::complete(std::string_view tag, Instant now) {
  if (asked_.empty()) return;
  Asked& front = asked_.front();
  if (front.kind == Asked::query) {
    // Told when all of its statements have been answered.
    std::string& outcome = front.seen.outcome;
    if (outcome.size() < kParameterText)
      outcome += (outcome.empty() ? "" : "; ") + std::string(tag);
  } else if (front.kind == Asked::execute) {
    front.seen.outcome = tag;
    tell(front.seen, now);
    asked_.pop_front();
  }
}

void PostgresStatements::answered_error(const Message& message, Instant now) {
  const auto error = pg::decode_error(message);
  if (!error) return lose();
  copying_ = false;
  if (asked_.empty()) return;
  Asked& front = asked_.front();
  front.seen.failed = true;
  front.seen.outcome = base::shortened(
      fmt::format("{} {}: {}", error->severity, error->sqlstate, error->text), kStatementText);
  if (front.kind == Asked::query || front.kind == Asked::sync) return;
  tell(front.seen, now);
  const auto next_sync = std::ranges::find(asked_, Asked::sync, &Asked::kind);
  skipping_ = next_sync == asked_.end();
  asked_.erase(asked_.begin(), next_sync);
}

void PostgresStatements::ready(Instant now) {
  while (!asked_.empty()) {
    Asked front = std::move(asked_.front());
    asked_.pop_front();
    // A COMMIT that Sync does by itself can fail too, at a deferred constraint.
    if (front.kind == Asked::query || front.seen.failed) tell(front.seen, now);
    if (front.kind == Asked::query || front.kind == Asked::sync) return;
  }
}

void PostgresStatements::tell(StatementSeen& seen, Instant now) {
  seen.duration = now - seen.started;
  if (seen.sql.empty() && seen.failed) seen.sql = "(the end of a transaction)";
  observer_.statement(seen);
}

}  // namespace peregrine::boundary
