// Where the services of a running system send mail to: the sink, and what the timeline is told.
// One thread: the loop's, which outlives it.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/value.h"
#include "boundary/mail_sink.h"
#include "record/event.h"
#include "system/content_table.h"
#include "system/drawn.h"

namespace peregrine::system {

class RunningMail {
 public:
  // Listens at `at`; the port is any free one when it is 0. Fails when it cannot. `timeline` and
  // `crossing` outlive it.
  static base::Result<std::unique_ptr<RunningMail>> start(io::Loop& loop, const io::Address& at,
                                                          std::optional<boundary::MailLogin> login,
                                                          record::Timeline& timeline,
                                                          boundary::Crossing& crossing);
  RunningMail(const RunningMail&) = delete;
  RunningMail& operator=(const RunningMail&) = delete;
  ~RunningMail();

  // What templates read of it: `url host port`, and with a login `user password`.
  base::Map where() const;
  // What came since the last reset, oldest first. Valid until the loop goes on.
  const std::deque<boundary::Mail>& mails() const { return sink_->mails(); }
  void reset() { sink_->clear(); }
  // The same, to be compared between plays.
  ContentTable contents(const Drawn& drawn) const;

 private:
  class MailLog;

  RunningMail();

  std::optional<boundary::MailLogin> login_;
  std::unique_ptr<MailLog> log_;
  std::unique_ptr<boundary::MailSink> sink_;
};

}  // namespace peregrine::system
