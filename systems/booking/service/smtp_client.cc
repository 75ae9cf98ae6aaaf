#include "booking/service/smtp_client.h"

#include <charconv>

#include "base/digest.h"
#include "base/text.h"
#include "booking/service/smtp_reply.h"
#include "io/resolver.h"
#include "net/url.h"

namespace peregrine::booking {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr size_t kBuffer = 4096;
constexpr size_t kLongestReason = 200;

class Dialogue {
 public:
  explicit Dialogue(io::Socket socket) : socket_(std::move(socket)) {}

  // The next reply, which has to be of this hundred.
  io::Task<Result<>> expect(int hundred, io::Deadline deadline) {
    std::optional<SmtpReply> reply;
    for (;;) {
      CO_TRY(reply, replies_.take());
      if (reply) break;
      CO_TRY(const size_t n, co_await socket_.receive(buffer_, deadline));
      if (n == 0) co_return fail(Code::closed, "the mail server ended the connection");
      replies_.feed({buffer_, n});
    }
    if (reply->code / 100 == hundred) co_return Result<>{};
    co_return fail(reply->code >= 500 ? Code::refused : Code::failed, "the mail server said {} {}",
                   reply->code, base::shortened(reply->text, kLongestReason));
  }

  io::Task<Result<>> say(std::string line, int hundred, io::Deadline deadline) {
    line += "\r\n";
    CO_TRY_OK(co_await socket_.send(line, deadline));
    co_return co_await expect(hundred, deadline);
  }

 private:
  io::Socket socket_;
  SmtpReplies replies_;
  char buffer_[kBuffer];
};

std::string plain_login(const SmtpServer& server) {
  std::string text(1, '\0');
  text += server.user;
  text += '\0';
  return base::base64(text + server.password);
}

// RFC 5321, section 4.5.2; without the final CRLF, which say() adds.
std::string with_dots_doubled(std::string_view message) {
  std::string out;
  for (size_t i = 0; i < message.size(); ++i) {
    if (message[i] == '.' && (i == 0 || message[i - 1] == '\n')) out += '.';
    out += message[i];
  }
  return out + ".";
}

}  // namespace

Result<SmtpServer> parse_smtp_url(std::string_view url) {
  constexpr std::string_view kScheme = "smtp://";
  const auto bad = [&] { return fail(Code::invalid, "SMTP_URL is not smtp://host:port"); };
  if (!url.starts_with(kScheme)) return bad();
  std::string_view rest = url.substr(kScheme.size());
  while (rest.ends_with('/')) rest.remove_suffix(1);
  SmtpServer out;
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = rest.substr(0, at);
    const size_t colon = login.find(':');
    if (colon == std::string_view::npos) return bad();
    TRY(out.user, net::percent_decode(login.substr(0, colon)));
    TRY(out.password, net::percent_decode(login.substr(colon + 1)));
    rest.remove_prefix(at + 1);
  }
  if (const size_t colon = rest.rfind(':'); colon != std::string_view::npos) {
    const std::string_view port = rest.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (error != std::errc() || end != port.data() + port.size()) return bad();
    rest = rest.substr(0, colon);
  }
  if (rest.empty() || rest.find('/') != std::string_view::npos) return bad();
  out.host = rest;
  return out;
}

io::Task<Result<>> send_mail(io::Loop& loop, SmtpServer server, std::string from, std::string to,
                             std::string message, io::Deadline deadline) {
  Result<io::Socket> socket =
      co_await io::connect_to_host(loop, server.host, server.port, deadline);
  // No server there is nothing final, unlike a server that says no.
  if (!socket)
    co_return fail(Code::failed, "no mail server at {}:{}: {}", server.host, server.port,
                   socket.error().to_string());
  Dialogue dialogue(*std::move(socket));
  CO_TRY_OK(co_await dialogue.expect(2, deadline));
  CO_TRY_OK(co_await dialogue.say("EHLO booking", 2, deadline));
  if (!server.user.empty())
    CO_TRY_OK(co_await dialogue.say("AUTH PLAIN " + plain_login(server), 2, deadline));
  CO_TRY_OK(co_await dialogue.say("MAIL FROM:<" + from + ">", 2, deadline));
  CO_TRY_OK(co_await dialogue.say("RCPT TO:<" + to + ">", 2, deadline));
  CO_TRY_OK(co_await dialogue.say("DATA", 3, deadline));
  CO_TRY_OK(co_await dialogue.say(with_dots_doubled(message), 2, deadline));
  (void)co_await dialogue.say("QUIT", 2, deadline);
  co_return Result<>{};
}

}  // namespace peregrine::booking
