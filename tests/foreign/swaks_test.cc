// swaks, the SMTP client for testing servers, against our session behind a socket, TLS included.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/digest.h"
#include "io/certificate.h"
#include "io/foreign_program.h"
#include "io/scope.h"
#include "io/socket.h"
#include "io/tls.h"
#include "wire/smtp.h"

namespace peregrine::net {
namespace {

namespace fs = std::filesystem;
namespace smtp = wire::smtp;
using namespace std::chrono_literals;
using base::Result;
using io::Loop;
using io::Task;

class SwaksTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!io::ForeignProgram::installed("swaks")) GTEST_SKIP() << "swaks is not installed";
    std::string name = fs::temp_directory_path() / "swaks_test_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("authority.pem", authority_.certificate());
    at_server_ = *io::TlsContext::for_server({.identities = {*authority_.issue({"127.0.0.1"})}});
    connections_.spawn(accept_all());
  }
  void TearDown() override {
    connections_.cancel({base::Code::cancelled, "the test ends"});
    (void)loop_->run(connections_.join(loop_->in(5s)));
    if (!folder_.empty()) fs::remove_all(folder_);
    EXPECT_EQ(io::frames::alive(), 0U);
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  Task<void> accept_all() {
    for (;;) {
      auto socket = co_await listener_.accept(io::Deadline::never());
      if (!socket) co_return;
      co_await serve(std::make_unique<io::Socket>(*std::move(socket)));
    }
  }
  Task<void> serve(std::unique_ptr<io::Stream> stream) {
    smtp::Session session(options_, limits_);
    std::vector<char> buffer(5000);
    if (!co_await stream->send(session.take_output(), loop_->in(10s))) co_return;
    while (!session.closed()) {
      auto n = co_await stream->receive(buffer, loop_->in(10s));
      if (!n || *n == 0) co_return;
      bool encrypts = false;
      for (std::string_view rest(buffer.data(), *n); !rest.empty() && !encrypts;) {
        rest.remove_prefix(session.feed(rest));
        encrypts = session.question() && !answer(session);
      }
      if (!co_await stream->send(session.take_output(), loop_->in(10s))) co_return;
      if (!encrypts) continue;
      auto tls = co_await io::TlsStream::accept(std::move(stream), at_server_, loop_->in(10s));
      if (!tls) co_return;
      stream = *std::move(tls);
      session.accept();
    }
    (void)co_await stream->finish_sending(loop_->in(10s));
  }
  // False for STARTTLS.
  bool answer(smtp::Session& session) {
    using About = smtp::Question::About;
    const smtp::Question& question = *session.question();
    if (question.about == About::starttls) return false;
    if (question.about == About::login) logins_ += question.user + ":" + question.password + "\n";
    if (question.about == About::message) messages_.push_back(session.take_envelope());
    if (question.address.starts_with("nobody") || question.password == "wrong") {
      session.refuse({question.password.empty() ? 550 : 535, "no"});
    } else {
      session.accept();
    }
    return true;
  }

  // What it says, and its exit code behind.
  std::string swaks(std::string_view arguments) {
    Result<std::string> said = loop_->run(io::output_of(
        *loop_, fmt::format("cd '{}'; timeout 15 swaks --server {} --ehlo client.test "
                            "--from me@x.test {}; echo exit code $?",
                            folder_.string(), listener_.address().to_string(), arguments)));
    return said ? *said : said.error().to_string();
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  io::CertificateAuthority authority_ = *io::CertificateAuthority::make("Test Authority");
  fs::path folder_;
  std::shared_ptr<const io::TlsContext> at_server_;
  smtp::Options options_{};
  smtp::Limits limits_{};
  std::string logins_;
  std::vector<smtp::Envelope> messages_;
  io::Listener listener_ = *io::Listener::open(*loop_, {"127.0.0.1", 0, ""});
  io::Scope connections_{*loop_};
};

#define EXPECT_CONTAINS(text, part) \
  EXPECT_NE((text).find(part), std::string::npos) << "in: " << (text)

TEST_F(SwaksTest, DotsArriveAsTheyWereWritten) {
  write("message", "Subject: dots\n\n.\n..\n.a\nb.\n...\n\nend");
  for (const char* pipelined : {"", "--pipeline"}) {
    const std::string said =
        swaks(fmt::format("--to a@y.test,b@z.test --data @message {}", pipelined));
    EXPECT_CONTAINS(said, "exit code 0");
    ASSERT_EQ(messages_.size(), 1U) << said;
    EXPECT_EQ(messages_[0].client, "client.test");
    EXPECT_EQ(messages_[0].from, "me@x.test");
    EXPECT_EQ(messages_[0].recipients, (std::vector<std::string>{"a@y.test", "b@z.test"}));
    EXPECT_EQ(messages_[0].data, "Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n...\r\n\r\nend\r\n");
    messages_.clear();
  }
}

TEST_F(SwaksTest, RecipientsAreRefusedOneByOne) {
  std::string said = swaks("--to nobody@y.test,a@y.test,b@y.test --body hello");
  EXPECT_CONTAINS(said, "<** 550 no");
  EXPECT_CONTAINS(said, "exit code 0");
  ASSERT_EQ(messages_.size(), 1U) << said;
  EXPECT_EQ(messages_[0].recipients, (std::vector<std::string>{"a@y.test", "b@y.test"}));
  said = swaks("--to nobody@y.test --body hello");
  EXPECT_CONTAINS(said, "exit code 24");
  EXPECT_EQ(messages_.size(), 1U);
}

TEST_F(SwaksTest, AnAttachmentArrivesWhole) {
  std::string bytes(300'000, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * i >> 3);
  write("picture.png", bytes);
  const std::string said = swaks(
      "--silent 2 --to a@y.test --body 'see below' "
      "--attach-type image/png --attach @picture.png");
  EXPECT_CONTAINS(said, "exit code 0");
  ASSERT_EQ(messages_.size(), 1U) << said;
  const std::string& data = messages_[0].data;
  EXPECT_CONTAINS(data, "\r\nsee below\r\n");
  const size_t part = data.find("Content-Type: image/png");
  ASSERT_NE(part, std::string::npos);
  const size_t begin = data.find("\r\n\r\n", part) + 4;
  std::string text = data.substr(begin, data.find("\r\n--", begin) - begin);
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  EXPECT_TRUE(base::base64_decoded(text) == bytes);
}

TEST_F(SwaksTest, LogsInEitherWay) {
  options_ = {.auth = true, .auth_required = true};
  for (const char* way : {"PLAIN", "LOGIN"}) {
    const std::string said = swaks(
        fmt::format("--to a@y.test --auth {} --auth-user 'anna é' --auth-password 'p w'", way));
    EXPECT_CONTAINS(said, "exit code 0");
    EXPECT_EQ(logins_, "anna é:p w\n") << said;
    ASSERT_FALSE(messages_.empty()) << said;
    EXPECT_EQ(messages_.back().user, "anna é");
    EXPECT_CONTAINS(
        swaks(fmt::format("--to a@y.test --auth {} --auth-user anna --auth-password wrong", way)),
        "exit code 28");
    EXPECT_EQ(std::exchange(logins_, ""), "anna é:p w\nanna:wrong\n");
  }
  EXPECT_CONTAINS(swaks("--to a@y.test"), "exit code 23");
  EXPECT_EQ(messages_.size(), 2U);
}

TEST_F(SwaksTest, EncryptsBeforeItLogsIn) {
  if (std::system("perl -MNet::SSLeay -e 1 2>/dev/null") != 0) {
    GTEST_SKIP() << "Perl's Net::SSLeay is not installed";
  }
  options_ = {.starttls = true, .auth = true};
  const std::string said = swaks(
      "--to a@y.test --tls --tls-verify --tls-ca-path authority.pem "
      "--auth PLAIN --auth-user anna --auth-password secret "
      "--body 'nobody else reads this'");
  EXPECT_CONTAINS(said, "exit code 0");
  EXPECT_CONTAINS(said, "TLS started");
  ASSERT_EQ(messages_.size(), 1U) << said;
  EXPECT_TRUE(messages_[0].tls);
  EXPECT_EQ(messages_[0].user, "anna");
  // It greets again, and STARTTLS is not offered twice.
  const size_t second = said.find("~> EHLO client.test");
  ASSERT_NE(second, std::string::npos) << said;
  EXPECT_EQ(said.find("STARTTLS", second), std::string::npos) << said;
}

TEST_F(SwaksTest, AMessageThatIsTooLargeIsRefused) {
  limits_.message = 5'000;
  write("large", "Subject: large\n\n" + std::string(400, 'x') + std::string(8'000, '\n'));
  const std::string said = swaks("--to a@y.test --data @large");
  EXPECT_CONTAINS(said, "exit code 26");
  EXPECT_CONTAINS(said, "<** 552 ");
  EXPECT_TRUE(messages_.empty());
}

}  // namespace
}  // namespace peregrine::net
