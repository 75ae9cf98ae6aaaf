// The server's side of SMTP (RFC 5321), sans I/O: a session takes the client's bytes, writes the
// replies, and asks its owner wherever a server may say yes or no.
//
//   S: 220 mail.test ESMTP          with STARTTLS (RFC 3207), if asked for, AUTH PLAIN and LOGIN
//   C: EHLO client                  (RFC 4954, 4616), SIZE (RFC 1870), 8BITMIME (RFC 6152) and
//   S: 250-… 250 PIPELINING         PIPELINING (RFC 2920)
//   C: MAIL FROM:<a@x> SIZE=9       → question: sender
//   C: RCPT TO:<b@y>                → question: recipient
//   C: DATA
//   S: 354 …
//   C: ..text CRLF . CRLF           → question: message; ".text CRLF" is what arrived
//   C: QUIT
//
//   Session session;
//   send(session.take_output());                                  // the greeting
//   … for received bytes, until they are all taken:
//     bytes.remove_prefix(session.feed(bytes));
//     if (session.question()) session.accept();                   // or refuse({550, "no"})
//     send(session.take_output());
//   … until session.closed()
//
// Nothing fails here: what is wrong is told to the client. A CR or LF that is not part of CRLF ends
// the session, for two servers that read it differently let mail be smuggled in (section 2.3.8).
// Lines, messages, recipients and mistakes are bounded. Not shared between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/smtp_address.h"

namespace peregrine::wire::smtp {

struct Options {
  std::string host = "mail.test";
  bool starttls = false;       // offered until it was done
  bool auth = false;           // offered; over an unencrypted connection too
  bool auth_required = false;  // before MAIL
};

struct Limits {
  size_t command_line = 12 * 1024;  // RFC 4954 section 4: AUTH's lines are the longest
  size_t text_line = 64 * 1024;     // RFC 5322 allows 998; most servers take more
  size_t message = 32 << 20;
  size_t recipients = 1000;
  size_t mistakes = 32;  // then the session ends
};

struct Envelope {
  std::string client{};  // as EHLO or HELO named it
  std::string user{};    // that logged in
  std::string from{};    // empty for "<>"
  std::vector<std::string> recipients{};
  bool eight_bit = false;  // BODY=8BITMIME
  bool tls = false;
  std::string data{};  // the message without its dot-stuffing, every line with CRLF
  bool operator==(const Envelope&) const = default;
};

struct Question {
  enum class About { sender, recipient, login, message, starttls };
  About about = About::sender;
  std::string address{};   // of sender and recipient
  std::string user{};      // of login
  std::string password{};  // of login
};

struct Reply {
  int code = 550;
  std::string text{};  // without a line end
};

class Session {
 public:
  explicit Session(Options options = {}, Limits limits = {});

  // Takes bytes up to where there is a question at most, none while there is one. How many were
  // taken. After the end of the session everything is taken and means nothing.
  //
  // While the question is starttls, a byte that comes is not encrypted and was slipped in: it ends
  // the session. So feed what was received before accept(), and only decrypted bytes after it.
  size_t feed(std::string_view bytes);

  // What the owner has to answer, or null.
  const Question* question() const { return question_ ? &*question_ : nullptr; }
  // The present transaction; complete when the question is about a message. `take` is for that.
  const Envelope& envelope() const { return envelope_; }
  Envelope take_envelope() { return std::move(envelope_); }

  // REQUIRES: question(). For starttls: once the handshake is done; the session begins anew.
  void accept();
  // REQUIRES: question(), not of starttls. The code is from 400 to 599; 421 ends the session.
  void refuse(const Reply& reply);

  // What is to be sent. "220 ready" of STARTTLS goes out before the handshake.
  std::string take_output() { return std::exchange(output_, {}); }
  // The connection should be closed, after the output was sent.
  bool closed() const { return closed_; }

 private:
  enum class State { command, data, auth_plain, auth_login_user, auth_login_password };
  enum class DataState { line_start, dot, dot_cr, text, cr };
  using Handler = void (Session::*)(std::string_view);
  struct Verb {
    std::string_view name;
    Handler handler;
    bool argument;  // may or must have one
  };

  void say(int code, std::string_view text);
  void mistake(int code, std::string_view text);
  void end(int code, std::string_view text);
  void ask(Question question) { question_ = std::move(question); }
  void forget_transaction();

  void take_command_bytes(std::string_view& rest);
  void take_line(std::string_view line);
  void command(std::string_view line);
  void ehlo(std::string_view argument);
  void helo(std::string_view argument);
  void mail(std::string_view argument);
  void rcpt(std::string_view argument);
  void data(std::string_view argument);
  void rset(std::string_view argument);
  void noop(std::string_view argument);
  void quit(std::string_view argument);
  void vrfy(std::string_view argument);
  void starttls(std::string_view argument);
  void auth(std::string_view argument);
  void auth_answer(std::string_view line);
  void auth_login_name(std::string user);
  bool take_mail_parameters(const std::vector<Parameter>& parameters);

  void take_data_bytes(std::string_view& rest);
  void take_data_byte(char c);
  void keep(std::string_view bytes);
  void end_data();

  Options options_;
  Limits limits_;
  State state_ = State::command;
  std::string output_;
  std::optional<Question> question_;
  bool closed_ = false;
  size_t mistakes_ = 0;

  std::string line_;  // of a command, as far as it has come
  bool line_too_long_ = false;

  std::string client_;  // empty before EHLO and HELO
  bool extended_ = false;
  bool tls_ = false;
  std::string user_;
  std::string login_name_;
  bool in_transaction_ = false;
  Envelope envelope_;

  DataState data_state_ = DataState::line_start;
  uint64_t data_bytes_ = 0;  // that came, kept or not
  uint64_t data_line_bytes_ = 0;
  bool data_line_too_long_ = false;
  bool data_too_long_ = false;
};

}  // namespace peregrine::wire::smtp
