// The boundary where mail leaves the system: an SMTP server that takes whatever services send, for
// whomever, and keeps it. Nothing goes any further.
//
//      service ── SMTP ──▶ sink ── delivered mails, oldest first
//                           └── each is told to an observer, and each refusal
//
// A mail is accepted (250) once it has been read and kept, so that who was told so finds it.
// STARTTLS is not offered: clients that use it when they can would have to trust a certificate of
// ours.
//
// One thread: the loop's; mails are read on its pool.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "boundary/acceptor.h"
#include "boundary/crossing.h"
#include "boundary/mail_message.h"
#include "boundary/visit.h"
#include "io/socket.h"
#include "wire/smtp.h"

namespace peregrine::boundary {

struct Mail {
  base::Instant at{};        // when it was accepted
  base::WallTime wall_at{};  // the same
  uint64_t connection = 0;   // that brought it, counted from 1
  wire::smtp::Envelope envelope{};
  MailMessage message{};

  // Whether somebody of this address is to get it, whatever its header says. Capitals are ignored.
  bool is_for(std::string_view address) const;
};

// Told what the sink takes and what it does not. Methods must not wait.
class MailObserver {
 public:
  virtual ~MailObserver() = default;
  virtual void delivered(const Mail&) {}
  // `reply` is what the client was told: "552 over 16777216 bytes".
  virtual void refused(uint64_t /*connection*/, std::string_view /*reply*/) {}
};

// With it only who logs in so may send. Without, everybody may, logged in or not.
struct MailLogin {
  std::string user;
  std::string password;
};

struct MailLimits {
  size_t message = 16 << 20;                         // bytes of one
  size_t mails = 10'000;                             // that are kept; further ones are refused
  size_t bytes = 64 << 20;                           // of them all, as they came
  size_t connections = 200;                          // further ones wait in the kernel's queue
  base::Duration idle = std::chrono::minutes(5);     // RFC 5321 section 4.5.3.2.7
  base::Duration reading = std::chrono::minutes(1);  // of a mail's MIME
};

class MailSink {
 public:
  // `observer` and `crossing` may be null and outlive the sink.
  static base::Result<std::unique_ptr<MailSink>> open(io::Loop& loop, const io::Address& at,
                                                      std::optional<MailLogin> login,
                                                      MailObserver* observer,
                                                      MailLimits limits = {},
                                                      Crossing* crossing = nullptr);
  MailSink(const MailSink&) = delete;
  MailSink& operator=(const MailSink&) = delete;
  // Ends all connections.
  ~MailSink();

  const io::Address& address() const { return acceptor_.address(); }
  // Oldest first. Valid until the loop goes on.
  const std::deque<Mail>& mails() const { return mails_; }
  // Forgets them.
  void clear();

 private:
  MailSink(io::Loop& loop, io::Listener listener, std::optional<MailLogin> login,
           MailObserver* observer, MailLimits limits, Crossing* crossing);
  io::Task<void> serve(io::Socket client, uint64_t number);
  // Answer the session's question. False when the director has the connection lost.
  io::Task<bool> answer(wire::smtp::Session& session, uint64_t number);
  io::Task<bool> deliver(wire::smtp::Session& session, uint64_t number);
  io::Task<bool> passes(Visit& visit, Point point);
  void keep(Mail mail);
  std::string take_replies(wire::smtp::Session& session, uint64_t number);

  io::Loop& loop_;
  std::optional<MailLogin> login_;
  MailObserver* observer_;
  MailLimits limits_;
  Crossing* crossing_;
  std::deque<Mail> mails_;
  size_t bytes_ = 0;
  Acceptor acceptor_;  // last: its tasks use the above
};

}  // namespace peregrine::boundary
