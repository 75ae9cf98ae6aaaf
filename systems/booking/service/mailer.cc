#include "booking/service/mailer.h"

#include <fmt/format.h>

#include "booking/service/counters.h"
#include "booking/service/letter.h"
#include "booking/service/log.h"
#include "booking/service/rows.h"

namespace peregrine::booking {

using base::Map;
using base::Result;

struct Mailer::Owed {
  Id id;
  Letter letter;
  int attempts;  // with this one
};

namespace {

// Another process that works on the same outbox has its own rows.
constexpr const char* kNext = R"(
  select id, message_id, sender, recipient, subject, body, extract(epoch from created_at)::bigint,
         attempts + 1
  from outbox
  where sent_at is null and given_up_at is null and next_attempt_at <= now()
  order by next_attempt_at, id limit 1 for update skip locked)";

constexpr const char* kDue = R"(
  select ceil(extract(epoch from min(next_attempt_at) - now()) * 1000)::bigint
  from outbox where sent_at is null and given_up_at is null)";

}  // namespace

Mailer::Mailer(App& app, SmtpServer server)
    : app_(app), server_(std::move(server)), woken_(app.loop), working_(app.loop) {
  working_.spawn(work());
}

void Mailer::wake() {
  awake_ = true;
  woken_.notify_one();
}

io::Task<void> Mailer::work() {
  for (;;) {
    awake_ = false;
    Result<Found> found = co_await send_next();
    if (found && *found == Found::sent) {
      awake_ = true;
      continue;
    }
    Result<std::optional<base::Duration>> due = kFirstPause;
    if (found) due = co_await next_due();
    if (!found || !due)
      log(Level::error, "the outbox cannot be read, trying again",
          Map{{"error", (found ? due.error() : found.error()).to_string()}});
    if (awake_) continue;
    const io::Deadline deadline = !due   ? app_.loop.in(kFirstPause)
                                  : *due ? app_.loop.in(**due)
                                         : io::Deadline::never();
    const Result<> woken = co_await woken_.wait(deadline);
    if (!woken && woken.error().code == base::Code::cancelled) co_return;
  }
}

io::Task<Result<Mailer::Found>> Mailer::send_next() {
  const io::Deadline deadline = app_.loop.in(2 * kPatience);
  CO_TRY(net::PostgresPool::Lease db, co_await app_.pool.acquire(deadline));
  CO_TRY_OK(co_await db->begin(deadline));
  CO_TRY(const net::Rows rows, co_await db->query(kNext, {}, deadline));
  if (rows.cells.empty()) {
    CO_TRY_OK(co_await db->rollback(deadline));
    co_return Found::nothing;
  }
  const std::vector<net::Cell>& row = rows.cells[0];
  const Owed owed{.id = row[0].value(),
                  .letter = {.message_id = row[1].value(),
                             .from = row[2].value(),
                             .to = row[3].value(),
                             .subject = row[4].value(),
                             .text = row[5].value(),
                             .date = instant_of_epoch(row[6].value())},
                  .attempts = std::stoi(row[7].value())};
  const Result<> sent = co_await send_mail(app_.loop, server_, owed.letter.from, owed.letter.to,
                                           to_message(owed.letter), app_.loop.in(kPatience));
  app_.counters.count("mails", sent ? "sent" : "failed");
  if (!sent) {
    CO_TRY_OK(co_await mark_failed(*db, owed, sent.error(), deadline));
    co_return Found::failed;
  }
  std::vector<net::Cell> which{owed.id};
  CO_TRY_OK(
      co_await db->query("update outbox set sent_at = now(), attempts = attempts + 1"
                         " where id = $1",
                         std::move(which), deadline));
  CO_TRY_OK(co_await db->commit(deadline));
  log(Level::info, "mail sent",
      Map{{"message_id", owed.letter.message_id}, {"attempts", owed.attempts}});
  co_return Found::sent;
}

io::Task<Result<>> Mailer::mark_failed(net::PostgresConnection& db, const Owed& owed,
                                       base::Error why, io::Deadline deadline) {
  const bool give_up = why.code == base::Code::refused || owed.attempts >= kMostAttempts;
  const base::Duration pause = kFirstPause * (1 << std::min(owed.attempts - 1, 10));
  std::vector<net::Cell> values{owed.id, why.to_string(),
                                fmt::format("{} seconds", base::to_seconds(pause)),
                                give_up ? "t" : "f"};
  CO_TRY_OK(
      co_await db.query("update outbox set attempts = attempts + 1, last_error = $2,"
                        " next_attempt_at = now() + $3::interval,"
                        " given_up_at = case when $4::boolean then now() end where id = $1",
                        std::move(values), deadline));
  CO_TRY_OK(co_await db.commit(deadline));
  log(give_up ? Level::error : Level::warning,
      give_up ? "mail given up" : "mail not sent, trying again",
      Map{{"message_id", owed.letter.message_id},
          {"attempts", owed.attempts},
          {"error", why.to_string()}});
  co_return Result<>{};
}

// How long until the next mail is due; nothing when none is owed.
io::Task<Result<std::optional<base::Duration>>> Mailer::next_due() {
  const io::Deadline deadline = app_.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await app_.pool.acquire(deadline));
  CO_TRY(const net::Rows rows, co_await db->query(kDue, {}, deadline));
  const std::optional<Id> ms = first_cell(rows);
  if (!ms) co_return std::nullopt;
  // At least a moment: another process may hold the row that is due.
  co_return std::max<base::Duration>(std::chrono::milliseconds(std::stoll(*ms)),
                                     std::chrono::milliseconds(50));
}

}  // namespace peregrine::booking
