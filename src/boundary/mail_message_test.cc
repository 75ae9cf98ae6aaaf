#include "boundary/mail_message.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace peregrine::boundary {
namespace {

// Lines as SMTP brings them.
MailMessage read(std::string_view text) {
  std::string message;
  for (char c : text) message += c == '\n' ? "\r\n" : std::string(1, c);
  return read_mail(message);
}

TEST(MailMessage, DecodesWordsAndCharsets) {
  const MailMessage mail = read(
      "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?iso-8859-1?B?IGF1cyBL9mxu?=\n"
      "From: =?utf-8?Q?B=C3=A4r?= <Baer@example.org>\n"
      "To: a@x.test, \"B, C\" <b@y.test>, friends: c@z.test, d@z.test;\n"
      "Cc: e@z.test\n"
      "X-Mailer: one\n"
      "Content-Type: text/plain; charset=iso-8859-1\n"
      "Content-Transfer-Encoding: quoted-printable\n"
      "\n"
      "K=F6ln ist sch=\n"
      "=F6n.\n"
      "\n"
      "Bis bald\n\n");
  EXPECT_EQ(mail.subject, "Grüße aus Köln");
  EXPECT_EQ(mail.from, "Baer@example.org");
  EXPECT_EQ(mail.to, (std::vector<std::string>{"a@x.test", "b@y.test", "c@z.test", "d@z.test"}));
  EXPECT_EQ(mail.cc, std::vector<std::string>{"e@z.test"});
  EXPECT_EQ(mail.text, "Köln ist schön.\n\nBis bald");
  EXPECT_EQ(mail.html, std::nullopt);
  EXPECT_TRUE(mail.attachments.empty());
  ASSERT_EQ(mail.headers.size(), 7U);
  EXPECT_EQ(mail.headers[0], (std::pair<std::string, std::string>("subject", "Grüße aus Köln")));
  EXPECT_EQ(mail.headers[4], (std::pair<std::string, std::string>("x-mailer", "one")));
  EXPECT_EQ(mail.headers[5].first, "content-type");
}

TEST(MailMessage, TellsTextHtmlAndFilesApart) {
  const MailMessage mail = read(
      "Content-Type: multipart/mixed; boundary=m\n"
      "\n"
      "--m\n"
      "Content-Type: multipart/alternative; boundary=a\n"
      "\n"
      "--a\n"
      "Content-Type: text/plain; charset=utf-8\n"
      "\n"
      "Hallo Jörg\n"
      "--a\n"
      "Content-Type: multipart/related; boundary=r\n"
      "\n"
      "--r\n"
      "Content-Type: TEXT/HTML\n"
      "Content-Transfer-Encoding: base64\n"
      "\n"
      "PGI+SGFsbG88L2I+\n"
      "--r\n"
      "Content-Type: image/png\n"
      "Content-ID: <logo>\n"
      "Content-Disposition: inline\n"
      "Content-Transfer-Encoding: base64\n"
      "\n"
      "AAEC\n"
      "--r--\n"
      "--a--\n"
      "--m\n"
      "Content-Type: text/plain; name=\"=?utf-8?Q?Rechnung_=C3=9C.txt?=\"\n"
      "Content-Disposition: attachment\n"
      "\n"
      "100 EUR\n"
      "--m\n"
      "Content-Type: application/pdf\n"
      "Content-Disposition: attachment; filename*0*=utf-8''Pl%C3%A4ne; filename*1=.pdf\n"
      "\n"
      "%PDF\n"
      "--m\n"
      "Content-Type: message/rfc822\n"
      "\n"
      "Subject: inner\n"
      "\n"
      "inner text\n"
      "--m--\n");
  EXPECT_EQ(mail.text, "Hallo Jörg");
  EXPECT_EQ(mail.html, "<b>Hallo</b>");
  ASSERT_EQ(mail.attachments.size(), 4U);
  EXPECT_EQ(mail.attachments[0].type, "image/png");
  EXPECT_EQ(mail.attachments[0].bytes, std::string("\0\1\2", 3));
  EXPECT_EQ(mail.attachments[1].name, "Rechnung Ü.txt");
  EXPECT_EQ(mail.attachments[1].bytes, "100 EUR");
  EXPECT_EQ(mail.attachments[2].name, "Pläne.pdf");
  EXPECT_EQ(mail.attachments[2].type, "application/pdf");
  EXPECT_EQ(mail.attachments[3].type, "message/rfc822");
  EXPECT_TRUE(mail.attachments[3].bytes.contains("inner text"));
}

TEST(MailMessage, GivesUtf8WhateverComes) {
  EXPECT_EQ(read("Subject: \xff\n\nK\xf6ln\n").text, "K\uFFFDln");
  const MailMessage unknown = read("Content-Type: text/plain; charset=klingon\n\n\xc3\xb6 \xff\n");
  EXPECT_EQ(unknown.text, "ö \uFFFD");
  EXPECT_EQ(read("").text.value_or(""), "");
  EXPECT_EQ(read("no header at all").subject, "");
}

TEST(MailMessage, DoesNotGiveGmimeWhatItWouldTakeLongFor) {
  std::string groups = "Subject: s\nTo: ";
  for (size_t i = 0; i <= kMostMailColons; ++i) groups += "a:";
  EXPECT_TRUE(read(groups + "\n\n").text->starts_with("Subject: s\n"));
  std::string parts = "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n";
  for (size_t i = 0; i <= kMostMailBoundaries; ++i) parts += "--b\n\n";
  EXPECT_TRUE(read(parts).attachments.empty());
  std::string many = "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n";
  for (size_t i = 0; i < 2 * kMostMailParts; ++i) many += "--b\nContent-Type: a/b\n\n";
  EXPECT_EQ(read(many).subject, "s");
  EXPECT_EQ(read(many).attachments.size(), kMostMailParts - 1);
  std::string deep = "Subject: s\n";
  for (size_t i = 0; i < 2 * kMostMailDepth; ++i) {
    deep += fmt::format("Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n", i);
  }
  EXPECT_EQ(read(deep + "Content-Type: a/b\n\nx\n").attachments.size(), 0U);
}

}  // namespace
}  // namespace peregrine::boundary
