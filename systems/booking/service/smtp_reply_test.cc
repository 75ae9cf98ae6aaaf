#include "booking/service/smtp_reply.h"

#include <gtest/gtest.h>

#include "booking/service/smtp_client.h"

namespace peregrine::booking {
namespace {

// "250 ok", "…" when more is needed, or the error.
std::string next(SmtpReplies& replies) {
  const auto reply = replies.take();
  if (!reply) return reply.error().text;
  if (!*reply) return "…";
  return fmt::format("{} {}", (*reply)->code, (*reply)->text);
}

TEST(SmtpReplies, AreReadInAnyPieces) {
  SmtpReplies replies;
  for (char c : std::string_view("250-mail.test\r\n250-SIZE 10\r\n250 AUTH PLAIN")) {
    replies.feed({&c, 1});
    EXPECT_EQ(next(replies), "…");
  }
  replies.feed("\r\n354 go\n221\r\n");
  EXPECT_EQ(next(replies), "250 AUTH PLAIN");
  EXPECT_EQ(next(replies), "354 go");
  EXPECT_EQ(next(replies), "221 ");
  EXPECT_EQ(next(replies), "…");
}

TEST(SmtpReplies, RefuseWhatIsNone) {
  for (std::string_view text :
       {"HTTP/1.1 400 Bad Request\r\n", "25\r\n", "250_ok\r\n", "999 x\r\n"}) {
    SmtpReplies replies;
    replies.feed(text);
    EXPECT_EQ(next(replies), "the mail server does not speak SMTP") << text;
  }
  SmtpReplies replies;
  replies.feed(std::string(SmtpReplies::kLongestReply + 1, '2'));
  EXPECT_EQ(next(replies), "a reply of more than 16384 bytes");
}

TEST(SmtpUrl, IsTakenApart) {
  const auto server = parse_smtp_url("smtp://me%40x:p%3Aw@mail.test:2525/");
  ASSERT_TRUE(server);
  EXPECT_EQ(server->host, "mail.test");
  EXPECT_EQ(server->port, 2525);
  EXPECT_EQ(server->user, "me@x");
  EXPECT_EQ(server->password, "p:w");
  EXPECT_EQ(parse_smtp_url("smtp://127.0.0.1")->port, 25);
  for (std::string_view url : {"", "mail.test", "http://x", "smtp://", "smtp://x:y", "smtp://x/y",
                               "smtp://user@x", "smtp://:25"})
    EXPECT_FALSE(parse_smtp_url(url)) << url;
}

}  // namespace
}  // namespace peregrine::booking
