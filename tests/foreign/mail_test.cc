// Mail clients of others against the sink: nodemailer, Python's smtplib, swaks.
#include <gtest/gtest.h>

#include "boundary/mail_sink.h"
#include "npm_fixture.h"

namespace peregrine::boundary {
namespace {

using namespace std::chrono_literals;
using base::Result;

class Refusals final : public MailObserver {
 public:
  void refused(uint64_t, std::string_view reply) override { told += std::string(reply) + "\n"; }
  std::string told;
};

// A sink and what a client's command, which finds it by $HOST and $PORT, says.
class Peer {
 public:
  explicit Peer(io::Loop& loop, std::optional<MailLogin> login = {}, MailLimits limits = {})
      : loop_(loop),
        sink(*MailSink::open(loop, {"127.0.0.1", 0, ""}, std::move(login), &refusals, limits)) {}

  std::string run(std::string_view command) {
    const Result<std::string> said = loop_.run(
        io::output_of(loop_, fmt::format("export HOST={} PORT={}; {}", sink->address().host,
                                         sink->address().port, command)));
    return said ? *said : said.error().to_string();
  }

 private:
  io::Loop& loop_;

 public:
  Refusals refusals;
  std::unique_ptr<MailSink> sink;
};

class NodemailerTest : public NpmTest {};

TEST_F(NodemailerTest, SendsTextHtmlAndFilesOverOnePooledConnection) {
  Peer peer(*loop_, MailLogin{"app", "s e/c:ret"});
  const std::string said = peer.run(node(R"js(
    const transport = require("nodemailer").createTransport({
      host: process.env.HOST, port: process.env.PORT, pool: true, maxConnections: 1,
      auth: { user: "app", pass: "s e/c:ret" } });
    const send = (subject) => transport.sendMail({
      from: { name: "Bäckerei", address: "shop@x.test" },
      to: ["anna@y.test", "ben@z.test"], bcc: "hidden@z.test", subject,
      text: ".\n..\nGrüße, ein langes Wort: " + "ä".repeat(100),
      html: "<a href=\"https://x.test/confirm?a=1&amp;b=2\">Bestätigen</a>",
      attachments: [{ filename: "Rechnung Ü.pdf", content: Buffer.from([0, 255, 13, 10, 46, 10]) },
                    { filename: "logo.png", content: "x", cid: "logo" }] });
    send("Grüße 1").then(() => send("Grüße 2")).then(
        () => { console.log("sent"); transport.close(); }, (error) => console.log(error)); )js"));
  ASSERT_EQ(said, "sent\n") << peer.refusals.told;
  ASSERT_EQ(peer.sink->mails().size(), 2U);
  const Mail& mail = peer.sink->mails()[1];
  EXPECT_EQ(mail.connection, 1U);
  EXPECT_EQ(mail.envelope.user, "app");
  EXPECT_TRUE(mail.is_for("hidden@z.test"));
  EXPECT_EQ(mail.message.subject, "Grüße 2");
  EXPECT_EQ(mail.message.from, "shop@x.test");
  EXPECT_EQ(mail.message.to, (std::vector<std::string>{"anna@y.test", "ben@z.test"}));
  EXPECT_TRUE(mail.message.text->starts_with(".\n..\nGrüße, ein langes Wort: äää"));
  EXPECT_EQ(mail.message.html, "<a href=\"https://x.test/confirm?a=1&amp;b=2\">Bestätigen</a>");
  ASSERT_EQ(mail.message.attachments.size(), 2U);
  // The picture of the HTML stands before the file.
  const auto& files = mail.message.attachments;
  EXPECT_EQ(files[0].name, "logo.png");
  EXPECT_EQ(files[1].name, "Rechnung Ü.pdf");
  EXPECT_EQ(files[1].type, "application/pdf");
  EXPECT_EQ(files[1].bytes, std::string("\0\xff\r\n.\n", 6));
}

TEST_F(NodemailerTest, IsToldWhyItsLoginIsRefused) {
  Peer peer(*loop_, MailLogin{"app", "secret"});
  const std::string said = peer.run(node(R"js(
    require("nodemailer").createTransport({ host: process.env.HOST, port: process.env.PORT,
        auth: { user: "app", pass: "other" } })
      .sendMail({ from: "a@x.test", to: "b@y.test", subject: "s", text: "t" })
      .catch((error) => console.log(error.code, error.responseCode)); )js"));
  EXPECT_EQ(said, "EAUTH 535\n");
  EXPECT_TRUE(peer.sink->mails().empty());
  EXPECT_EQ(peer.refusals.told, "535 system.yaml says another user or password\n");
}

class SmtplibTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!io::ForeignProgram::installed("python3")) GTEST_SKIP() << "python3 is not installed";
  }
  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
};

TEST_F(SmtplibTest, SendsWhatPythonsEmailPackageWrites) {
  Peer peer(*loop_);
  const std::string said = peer.run(R"sh(python3 - <<'END'
import os, smtplib
from email.message import EmailMessage
mail = EmailMessage()
mail['Subject'] = 'Termin für Jörg ' + 'lang ' * 30
mail['From'] = 'Praxis <praxis@x.test>'
mail['To'] = 'Jörg Müller <joerg@y.test>'
mail.set_content('Montag, 9 Uhr\n\n.\nBis dann, äöü\n', cte='quoted-printable')
mail.add_alternative('<p>Montag</p>', subtype='html', cte='base64')
mail.add_attachment('BEGIN:VCALENDAR', subtype='calendar', filename='termin.ics')
mail.add_attachment(bytes(range(256)) * 4000, maintype='application', subtype='zip',
                    filename='a.zip')
with smtplib.SMTP(os.environ['HOST'], int(os.environ['PORT'])) as client:
    client.send_message(mail)
    client.send_message(mail, to_addrs=['other@z.test'])
print('sent')
END
)sh");
  ASSERT_EQ(said, "sent\n") << peer.refusals.told;
  ASSERT_EQ(peer.sink->mails().size(), 2U);
  const MailMessage& mail = peer.sink->mails()[0].message;
  EXPECT_TRUE(mail.subject.starts_with("Termin für Jörg lang lang")) << mail.subject;
  EXPECT_EQ(mail.from, "praxis@x.test");
  EXPECT_EQ(mail.text, "Montag, 9 Uhr\n\n.\nBis dann, äöü");
  EXPECT_EQ(mail.html, "<p>Montag</p>");
  ASSERT_EQ(mail.attachments.size(), 2U);
  EXPECT_EQ(mail.attachments[0].name, "termin.ics");
  EXPECT_EQ(mail.attachments[0].type, "text/calendar");
  EXPECT_EQ(mail.attachments[1].bytes.size(), 256U * 4000);
  EXPECT_EQ(mail.attachments[1].bytes[511], '\xff');
  EXPECT_FALSE(peer.sink->mails()[1].is_for("joerg@y.test"));
}

TEST_F(SmtplibTest, IsToldThatAMailIsTooLarge) {
  Peer peer(*loop_, {}, {.message = 20'000});
  const std::string said = peer.run(R"sh(python3 - <<'END'
import os, smtplib
for extended in True, False:
    with smtplib.SMTP(os.environ['HOST'], int(os.environ['PORT'])) as client:
        client.ehlo() if extended else client.helo()
        try:
            client.sendmail('a@x.test', 'b@y.test', 'Subject: s\n\n' + 'x' * 70 * 1000)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            print(type(error).__name__, error.smtp_code)
END
)sh");
  EXPECT_EQ(said, "SMTPSenderRefused 552\nSMTPDataError 552\n");
  EXPECT_TRUE(peer.sink->mails().empty());
}

TEST(SwaksMailTest, PipelinesToSeveralRecipients) {
  if (!io::ForeignProgram::installed("swaks")) GTEST_SKIP() << "swaks is not installed";
  const auto loop = *io::Loop::create();
  Peer peer(*loop);
  const std::string said = peer.run(
      "timeout 15 swaks --server $HOST:$PORT --ehlo shop.test --from me@x.test --pipeline "
      "--auth LOGIN --auth-user anna --auth-password any "
      "--to a@y.test,b@z.test --header 'Subject: piped' --body 'one\\n..two'; echo code $?");
  ASSERT_TRUE(said.ends_with("code 0\n")) << said;
  ASSERT_EQ(peer.sink->mails().size(), 1U);
  const Mail& mail = peer.sink->mails()[0];
  EXPECT_EQ(mail.envelope.recipients, (std::vector<std::string>{"a@y.test", "b@z.test"}));
  EXPECT_EQ(mail.envelope.user, "anna");
  EXPECT_EQ(mail.message.subject, "piped");
  EXPECT_EQ(mail.message.text, "one\n..two");
}

}  // namespace
}  // namespace peregrine::boundary
