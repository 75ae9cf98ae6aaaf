// Hands one mail to an SMTP server (RFC 5321), with AUTH PLAIN (RFC 4954) if the URL has a user.
//
//   S: 220 …          C: EHLO booking     S: 250…
//   C: MAIL FROM:<a>  S: 250              C: RCPT TO:<b>   S: 250
//   C: DATA           S: 354              C: message, "."  S: 250     from here on it is the
//   server's
//
// Each command waits for its reply: a mail a minute has no need of pipelining. Without TLS: the
// server is a relay beside the service.
#pragma once

#include <string>

#include "base/result.h"
#include "io/loop.h"

namespace peregrine::booking {

struct SmtpServer {
  std::string host;
  uint16_t port = 25;
  std::string user{};
  std::string password{};
};
// "smtp://user:password@host:port"; user, password (percent-encoded) and port may be left out.
// Fails with Code::invalid.
base::Result<SmtpServer> parse_smtp_url(std::string_view url);

// `message` is as to_message() makes it. Fails with Code::refused for what the server will never
// take (5xx), and otherwise for what may pass: Code::failed (4xx), timeout, closed, protocol. After
// such a failure the server may have the mail nevertheless. Once it has it, a failure to say
// goodbye is none.
io::Task<base::Result<>> send_mail(io::Loop& loop, SmtpServer server, std::string from,
                                   std::string to, std::string message, io::Deadline deadline);

}  // namespace peregrine::booking
