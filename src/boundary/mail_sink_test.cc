#include "boundary/mail_sink.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "boundary/director_fixture.h"
#include "io/no_frames_left.h"
#include "io/scope.h"

namespace peregrine::boundary {
namespace {

using namespace std::chrono_literals;
using base::Result;
using io::Loop;
using io::Socket;
using io::Task;

class Seen final : public MailObserver {
 public:
  void delivered(const Mail& mail) override { told += mail.message.subject + "\n"; }
  void refused(uint64_t, std::string_view reply) override { told += std::string(reply) + "\n"; }
  std::string told;
};

class MailSinkTest : public testing::Test {
 protected:
  MailSink& open(std::optional<MailLogin> login = {}, MailLimits limits = {}) {
    sink_ =
        *MailSink::open(*loop_, {"127.0.0.1", 0, ""}, std::move(login), &seen_, limits, &crossing_);
    return *sink_;
  }

  // All that is said to a client who sends this at once, and waits for the end.
  std::string talk(std::string bytes) { return *loop_->run(converse(std::move(bytes))); }
  Task<Result<std::string>> converse(std::string bytes) {
    CO_TRY(Socket client, co_await Socket::connect(*loop_, sink_->address(), loop_->in(5s)));
    CO_TRY_OK(co_await client.send(bytes, loop_->in(5s)));
    std::string said;
    std::vector<char> buffer(4096);
    for (;;) {
      CO_TRY(const size_t n, co_await client.receive(buffer, loop_->in(5s)));
      if (n == 0) co_return said;
      said.append(buffer.data(), n);
    }
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  Seen seen_;
  Crossing crossing_{*loop_};
  std::unique_ptr<MailSink> sink_;
};

std::string mail_to(std::string_view recipient, std::string_view text) {
  return fmt::format("MAIL FROM:<shop@x.test>\r\nRCPT TO:<{}>\r\nDATA\r\n{}\r\n.\r\n", recipient,
                     text);
}

TEST_F(MailSinkTest, ADirectorIsAskedBeforeAMailIsKeptAndBeforeItIsAccepted) {
  open();
  Leader leader;
  crossing_.set_director(&leader);
  leader.with = "to anna@y.test: 1";
  leader.verdict = {Verdict::Act::close};
  const std::string mail = mail_to("anna@y.test", "Subject: 1\r\n\r\na");
  EXPECT_EQ(talk("EHLO shop\r\n" + mail).find("250 message"), std::string::npos);
  EXPECT_EQ(sink_->mails().size(), 0U);
  EXPECT_EQ(leader.told(), "request to anna@y.test: 1; settled to anna@y.test: 1: closed ");
  leader.at = Point::answer;
  (void)talk("EHLO shop\r\n" + mail);
  EXPECT_EQ(sink_->mails().size(), 1U);
  leader.verdict = {Verdict::Act::delay, 20ms};
  EXPECT_TRUE(talk("EHLO shop\r\n" + mail + "QUIT\r\n").find("250 message accepted") !=
              std::string::npos);
  EXPECT_TRUE(leader.told().ends_with("settled to anna@y.test: 1: answered 250"));
}

TEST_F(MailSinkTest, KeepsWhatComesOnOneConnection) {
  open();
  const base::WallTime before = base::wall_now();
  const std::string said = talk("EHLO shop\r\n" + mail_to("anna@y.test", "Subject: 1\r\n\r\n..a") +
                                mail_to("ben@y.test", "Subject: 2\r\n\r\nb") + "QUIT\r\n");
  EXPECT_TRUE(said.ends_with("250 message accepted\r\n221 mail.test closes\r\n")) << said;
  ASSERT_EQ(sink_->mails().size(), 2U);
  const Mail& mail = sink_->mails().front();
  EXPECT_EQ(mail.envelope.from, "shop@x.test");
  EXPECT_EQ(mail.envelope.data, "Subject: 1\r\n\r\n.a\r\n");
  EXPECT_EQ(mail.message.text, ".a");
  EXPECT_EQ(mail.connection, 1U);
  EXPECT_GE(mail.wall_at, before);
  EXPECT_TRUE(mail.is_for("Anna@Y.test"));
  EXPECT_FALSE(mail.is_for("ben@y.test"));
  EXPECT_EQ(seen_.told, "1\n2\n");
  sink_->clear();
  EXPECT_TRUE(sink_->mails().empty());
}

TEST_F(MailSinkTest, TakesAnyLoginWhereNoneIsSaid) {
  open();
  const std::string said =
      talk("EHLO shop\r\nAUTH PLAIN AGEAYg==\r\n" + mail_to("a@y.test", "\r\n") + "QUIT\r\n");
  EXPECT_NE(said.find("235 "), std::string::npos) << said;
  ASSERT_EQ(sink_->mails().size(), 1U);
  EXPECT_EQ(sink_->mails()[0].envelope.user, "a");
}

TEST_F(MailSinkTest, AsksForTheLoginThatIsSaid) {
  open(MailLogin{"app", "secret"});
  std::string said = talk("EHLO shop\r\n" + mail_to("a@y.test", "x") + "QUIT\r\n");
  EXPECT_NE(said.find("530 log in first"), std::string::npos) << said;
  // app:wrong, then app:secret
  said = talk("EHLO shop\r\nAUTH PLAIN AGFwcAB3cm9uZw==\r\nAUTH PLAIN AGFwcABzZWNyZXQ=\r\n" +
              mail_to("a@y.test", "Subject: in\r\n") + "QUIT\r\n");
  EXPECT_NE(said.find("535 system.yaml says another user or password\r\n235 "), std::string::npos)
      << said;
  EXPECT_EQ(sink_->mails().size(), 1U);
  EXPECT_TRUE(seen_.told.ends_with("535 system.yaml says another user or password\nin\n"))
      << seen_.told;
}

TEST_F(MailSinkTest, RefusesWhatIsBeyondItsLimits) {
  open({}, {.message = 100, .mails = 2, .bytes = 120});
  const std::string large(101, 'x');
  const std::string most(90, 'x');
  std::string said = talk("EHLO shop\r\n" + mail_to("a@y.test", large) + mail_to("a@y.test", most) +
                          mail_to("a@y.test", most) + mail_to("a@y.test", "b") +
                          mail_to("a@y.test", "c") + "QUIT\r\n");
  EXPECT_EQ(sink_->mails().size(), 2U);
  EXPECT_EQ(seen_.told,
            "552 over 100 bytes\n\n452 no more than 2 mails and 120 bytes are kept\n\n"
            "452 no more than 2 mails and 120 bytes are kept\n")
      << said;
  said = talk("EHLO shop\r\nMAIL FROM:<a@x> SIZE=101\r\nQUIT\r\n");
  EXPECT_NE(said.find("552 at most 100 bytes"), std::string::npos) << said;
  sink_->clear();
  talk("EHLO shop\r\n" + mail_to("a@y.test", "c") + "QUIT\r\n");
  EXPECT_EQ(sink_->mails().size(), 1U);
}

TEST_F(MailSinkTest, ClosesAnIdleConnection) {
  open({}, {.idle = 10ms});
  EXPECT_EQ(talk(""), "220 mail.test ESMTP\r\n");
}

}  // namespace
}  // namespace peregrine::boundary
