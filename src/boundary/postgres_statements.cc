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

constexpr size_t kMostAwaited = 10'000;
constexpr size_t kMostNamed = 1'000;
constexpr size_t kParameterText = 1'000;
// By the server, up to the next Sync.
constexpr std::string_view kIgnoredAfterError = "BCDEFHPQ";
// What the server sends of an answer, and not by itself.
constexpr std::string_view kAnswers = "123CDEHITVcdnst";
constexpr std::string_view kEnd = "(the end of a transaction)";
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

Tap::Taken PostgresStatements::from_client(std::string_view bytes, Instant now) {
  if (!following_) return {bytes.size(), Taken::between};
  if (request_.state != Taken::begun) request_ = {};
  client_.feed(bytes);
  while (following_) {
    const auto message = client_.next();
    if (!message) break;
    see_request(*message, now);
    if (request_.state != Taken::begun) return {bytes.size() - client_.unread(), request_.state};
  }
  if (client_.broken()) lose();
  const bool begun = request_.state == Taken::begun || (client_.within() && !copying_);
  return {bytes.size(), begun && following_ ? Taken::begun : Taken::between};
}

Tap::Taken PostgresStatements::from_server(std::string_view bytes, Instant now) {
  if (!following_) return {bytes.size(), Taken::between};
  if (answer_.skipped > 0) {
    answer_ = {"", true, Taken::ended, answer_.skipped - 1};
    return {0, Taken::ended};
  }
  if (answer_.state != Taken::begun) answer_ = {};
  server_.feed(bytes);
  while (following_) {
    const auto message = server_.next();
    if (!message) break;
    if (rewriting_ != Rewriting::none) {
      Taken taken = see_rewritten(*message, now);
      taken.bytes = bytes.size() - server_.unread();
      return taken;
    }
    see_answer(*message, now);
    if (answer_.state != Taken::begun) return {bytes.size() - server_.unread(), answer_.state};
  }
  if (server_.broken()) lose();
  if (rewriting_ != Rewriting::none && following_) {
    return {.bytes = bytes.size(), .state = Taken::begun, .part = true};
  }
  const bool begun = answer_.state == Taken::begun || server_.within();
  return {bytes.size(), begun && following_ ? Taken::begun : Taken::between};
}

// ---- What the client asks

Tap::Asked PostgresStatements::asked() const {
  if (!reach_) return {request_.text, request_.visible, true};
  return {request_.text, request_.visible && reach_->visible(), true, &reach_->reach()};
}

void PostgresStatements::end_request(bool synced) {
  request_.state = Taken::ended;
  if (!reach_) return;
  reach_->end(synced);
  if (request_.visible || !reach_->visible()) return;
  // A Sync alone, which ends what was flushed.
  request_.visible = true;
  if (request_.text.empty()) request_.text = kEnd;
}

void PostgresStatements::see_request(const Message& message, Instant now) {
  if (awaited_.size() >= kMostAwaited) return lose();
  if (awaited_.empty() && message.type != 'd' && message.type != 'c') copied_ahead_ = 0;
  if (skipping_ && kIgnoredAfterError.contains(message.type)) return begin_or_go_on("", false);
  switch (message.type) {
    case 0:
      if (pg::decode_code(message) == pg::kCancelRequest) lose();  // nothing more comes
      return;
    case 'Q':
    case 'F': {
      const std::string sql = message.type == 'F'
                                  ? "(a function call)"
                                  : std::string(pg::decode_text(message).value_or(""));
      begin_or_go_on(sql, true);
      if (reach_) reach_->carry_out(sql);
      end_request(true);
      return await(Awaited::query, sql, {}, now);
    }
    case 'P':
      return see_parse(message, now);
    case 'B':
      return see_bind(message, now);
    case 'E':
    case 'D':
    case 'C':
      return see_named(message, now);
    case 'S':
      return see_sync(now);
    case 'H':
      return see_flush(now);
    case 'c':
    case 'f':
      return see_copy_end();
    default:
      return;
  }
}

void PostgresStatements::begin_or_go_on(std::string_view text, bool visible) {
  std::string& shown = request_.text;
  if (visible == request_.visible && !shown.empty()) {
    if (visible && shown.size() < kStatementText) shown += fmt::format("; {}", text);
  } else if (visible || !request_.visible) {
    shown = base::shortened(text, kStatementText);
  }
  request_.visible |= visible;
  request_.state = Taken::begun;
}

void PostgresStatements::see_sync(Instant now) {
  skipping_ = false;
  if (copying_) return;
  await(Awaited::sync, "", {}, now);
  if (!std::exchange(sync_owed_, false)) end_request(true);
}

void PostgresStatements::see_copy_end() {
  if (std::exchange(copying_, false) || awaited_.empty()) return;
  ++copied_ahead_;
  if (awaited_.back().kind != Awaited::sync) return;
  awaited_.pop_back();
  sync_owed_ = true;
}

void PostgresStatements::see_flush(Instant now) {
  if (request_.state != Taken::begun) return;
  await(Awaited::flush, "", {}, now);
  end_request(false);
}

void PostgresStatements::see_parse(const Message& message, Instant now) {
  const auto parse = pg::decode_parse(message);
  if (!parse) return lose();
  std::string sql = base::shortened(parse->sql, kStatementText);
  keep(prepared_, parse->statement, sql);
  begin_or_go_on(sql, false);
  await(Awaited::parse, std::move(sql), {}, now);
}

void PostgresStatements::see_bind(const Message& message, Instant now) {
  const auto bind = pg::decode_bind(message);
  if (!bind) return lose();
  const auto statement = prepared_.find(bind->statement);
  Portal portal{std::string(statement == prepared_.end() ? kUnknown : statement->second), {}};
  for (const pg::Parameter& parameter : bind->parameters) portal.params.push_back(shown(parameter));
  keep(portals_, bind->portal, portal);
  begin_or_go_on(portal.sql, false);
  await(Awaited::bind, std::move(portal.sql), std::move(portal.params), now);
}

void PostgresStatements::see_named(const Message& message, Instant now) {
  const auto named = message.type == 'E' ? pg::decode_execute(message) : pg::decode_named(message);
  if (!named) return lose();
  const Awaited::Kind kind = message.type == 'E'   ? Awaited::execute
                             : message.type == 'D' ? Awaited::describe
                                                   : Awaited::close;
  Portal what{std::string(kUnknown), {}};
  if (named->kind == 'P') {
    if (const auto found = portals_.find(named->name); found != portals_.end()) {
      what = found->second;
    }
  } else if (const auto found = prepared_.find(named->name); found != prepared_.end()) {
    what.sql = found->second;
  }
  if (kind == Awaited::close && named->kind == 'P') portals_.erase(std::string(named->name));
  if (kind == Awaited::close && named->kind == 'S') prepared_.erase(std::string(named->name));
  begin_or_go_on(what.sql, kind == Awaited::execute);
  if (reach_ && kind == Awaited::execute) reach_->carry_out(what.sql);
  await(kind, std::move(what.sql), std::move(what.params), now);
}

void PostgresStatements::await(Awaited::Kind kind, std::string sql, std::vector<std::string> params,
                               Instant now) {
  Awaited entry;
  entry.kind = kind;
  entry.seen.sql = base::shortened(sql, kStatementText);
  entry.seen.params = std::move(params);
  entry.seen.started = now;
  entry.seen.connection = connection_;
  awaited_.push_back(std::move(entry));
}

// ---- What the server answers

void PostgresStatements::see_answer(const Message& message, Instant now) {
  if (kAnswers.contains(message.type) && !awaited_.empty()) answer_.state = Taken::begun;
  switch (message.type) {
    case '1':
      pop(Awaited::parse);
      break;
    case '2':
      pop(Awaited::bind);
      break;
    case '3':
      pop(Awaited::close);
      break;
    case 'T':
    case 'n':
      pop(Awaited::describe);
      break;
    case 'C':
      complete(pg::decode_text(message).value_or(""), now);
      break;
    case 'I':
      complete("(empty)", now);
      break;
    case 's':
      complete("(more rows to come)", now);
      break;
    case 'G':
      see_copy_in();
      break;
    case 'E':
      see_error(message, now);
      break;
    case 'K':
      see_key(message);
      break;
    case 'Z':
      ready(now);
      see_status(message);
      break;
    default:
      break;
  }
  if (awaited_.empty() || awaited_.front().kind != Awaited::flush) return;
  awaited_.pop_front();
  answer_.state = Taken::ended;
}

// The client of a copy waits for this before it sends its data, or has sent all of it. A Sync that
// was sent along is read and ignored during the copy.
void PostgresStatements::see_copy_in() {
  answer_.state = Taken::between;
  if (copied_ahead_ > 0) {
    --copied_ahead_;
    return;
  }
  copying_ = true;
  if (std::erase_if(awaited_, [](const Awaited& entry) { return entry.kind == Awaited::sync; })) {
    sync_owed_ = true;
  }
}

void PostgresStatements::see_key(const Message& message) {
  const auto session = pg::decode_key(message);
  if (!session) return;
  key_ = message.payload;
  if (reach_) reach_->set_session(*session);
}

// Of what was asked meanwhile it is not known yet whether it begins a transaction or ends one.
void PostgresStatements::see_status(const Message& message) {
  const auto status = pg::decode_ready(message);
  if (status && reach_ && awaited_.empty()) reach_->ready(*status);
}

void PostgresStatements::pop(Awaited::Kind kind) {
  if (!awaited_.empty() && awaited_.front().kind == kind) awaited_.pop_front();
}

void PostgresStatements::complete(std::string_view tag, Instant now) {
  if (awaited_.empty()) return;
  Awaited& front = awaited_.front();
  if (front.kind == Awaited::query) {
    // Told when all of its statements have been answered.
    std::string& outcome = front.seen.outcome;
    if (outcome.size() < kParameterText)
      outcome += (outcome.empty() ? "" : "; ") + std::string(tag);
  } else if (front.kind == Awaited::execute) {
    front.seen.outcome = tag;
    tell(front.seen, now);
    awaited_.pop_front();
  }
}

void PostgresStatements::see_error(const Message& message, Instant now) {
  const auto error = pg::decode_error(message);
  if (!error) return lose();
  copying_ = false;
  if (awaited_.empty()) return;
  Awaited& front = awaited_.front();
  front.seen.failed = true;
  front.seen.outcome = base::shortened(
      fmt::format("{} {}: {}", error->severity, error->sqlstate, error->text), kStatementText);
  if (front.kind == Awaited::query || front.kind == Awaited::sync) return;
  tell(front.seen, now);
  const auto next_sync = std::ranges::find(awaited_, Awaited::sync, &Awaited::kind);
  skipping_ = next_sync == awaited_.end();
  const auto flushed = std::count_if(
      awaited_.begin(), next_sync, [](const Awaited& each) { return each.kind == Awaited::flush; });
  if (flushed > 0) {
    answer_.state = Taken::ended;
    answer_.skipped = static_cast<size_t>(flushed) - 1;
  }
  awaited_.erase(awaited_.begin(), next_sync);
}

void PostgresStatements::ready(Instant now) {
  starting_ = false;
  if (!awaited_.empty()) answer_.state = Taken::ended;
  while (!awaited_.empty()) {
    Awaited front = std::move(awaited_.front());
    awaited_.pop_front();
    // A COMMIT that Sync does by itself can fail too, at a deferred constraint.
    if (front.kind == Awaited::query || front.seen.failed) tell(front.seen, now);
    if (front.kind == Awaited::query || front.kind == Awaited::sync) return;
  }
}

void PostgresStatements::tell(StatementSeen& seen, Instant now) {
  seen.duration = now - seen.started;
  answer_.outcome = seen.outcome;
  answer_.failed |= seen.failed;
  if (seen.sql.empty() && seen.failed) seen.sql = kEnd;
  observer_.statement(seen);
}

}  // namespace peregrine::boundary
