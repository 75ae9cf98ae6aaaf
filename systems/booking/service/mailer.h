// Sends the mail that is owed: the rows of the outbox.
//
// A row is locked while its mail is handed over, and marked as sent in the same transaction. A
// process that dies in between leaves it unsent: it is sent again, with the same Message-ID, so
// that nobody reads it twice. What fails for now is tried again later, kMostAttempts times; what
// the server will never take is given up at once.
//
// The mailer looks at the table when it begins, when it is woken, and when a mail that failed is
// due. One thread: the loop's. The app outlives it.
#pragma once

#include "booking/service/app.h"
#include "booking/service/smtp_client.h"
#include "io/scope.h"

namespace peregrine::booking {

class Mailer {
 public:
  static constexpr int kMostAttempts = 8;
  // Pauses double from the first; together they are some minutes.
  static constexpr base::Duration kFirstPause = std::chrono::seconds(1);
  static constexpr base::Duration kPatience = std::chrono::seconds(10);  // with the server

  Mailer(App& app, SmtpServer server);

  // There may be something to send.
  void wake();

 private:
  struct Owed;
  enum class Found { nothing, sent, failed };

  io::Task<void> work();
  io::Task<base::Result<Found>> send_next();
  io::Task<base::Result<>> mark_failed(net::PostgresConnection& db, const Owed& owed,
                                       base::Error why, io::Deadline deadline);
  io::Task<base::Result<std::optional<base::Duration>>> next_due();

  App& app_;
  SmtpServer server_;
  bool awake_ = true;
  io::Signal woken_;
  io::Scope working_;  // last, so that it ends first
};

}  // namespace peregrine::booking
