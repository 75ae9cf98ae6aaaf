// curl sends mail to a session behind a socket.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "wire/foreign_peer.h"
#include "wire/smtp.h"

namespace peregrine::wire::smtp {
namespace {

using foreign::Program;
using foreign::Socket;

struct Received {
  std::vector<Envelope> messages{};
  std::vector<std::string> passwords{};
};

void serve(const Socket& listener, const Options& options, Received& received) {
  const Socket socket = listener.accepted();
  Session session(options);
  socket.send(session.take_output());
  while (!session.closed()) {
    const std::string bytes = socket.receive();
    if (bytes.empty()) return;
    std::string_view rest = bytes;
    while (!rest.empty()) {
      rest.remove_prefix(session.feed(rest));
      if (const Question* question = session.question()) {
        if (question->about == Question::About::login) {
          received.passwords.push_back(question->user + ":" + question->password);
        } else if (question->about == Question::About::message) {
          received.messages.push_back(session.take_envelope());
        }
        session.accept();
      }
    }
    socket.send(session.take_output());
  }
}

class SmtpForeignTest : public testing::Test {
 protected:
  SmtpForeignTest() { std::ofstream(file_, std::ios::binary) << kMessage; }
  ~SmtpForeignTest() override { std::filesystem::remove(file_); }

  // What arrives when curl sends the file; nothing if there is no curl.
  std::optional<Received> send(const Options& options, const std::vector<std::string>& more) {
    const Socket listener = Socket::listening();
    std::vector<std::string> arguments = {"curl",
                                          "--silent",
                                          "--show-error",
                                          "--url",
                                          fmt::format("smtp://127.0.0.1:{}/me", listener.port()),
                                          "--mail-from",
                                          "a@x.example",
                                          "--mail-rcpt",
                                          "b@y",
                                          "--mail-rcpt",
                                          "c@z",
                                          "--upload-file",
                                          file_.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Program curl(arguments);
    if (!curl.started()) return std::nullopt;
    Received received;
    std::thread server(serve, std::cref(listener), std::cref(options), std::ref(received));
    const auto [output, code] = curl.finish();
    server.join();
    EXPECT_EQ(code, 0) << output;
    return received;
  }

  static constexpr std::string_view kMessage =
      "Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n\r\nend\r\n";
  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / fmt::format("peregrine-smtp-{}", getpid());
};

TEST_F(SmtpForeignTest, CurlSendsAMessageWithDots) {
  const std::optional<Received> received = send({}, {});
  if (!received) GTEST_SKIP() << "there is no curl";
  ASSERT_EQ(received->messages.size(), 1U);
  const Envelope& envelope = received->messages.front();
  EXPECT_EQ(envelope.client, "me");
  EXPECT_EQ(envelope.from, "a@x.example");
  EXPECT_EQ(envelope.recipients, (std::vector<std::string>{"b@y", "c@z"}));
  EXPECT_EQ(envelope.data, kMessage);
}

TEST_F(SmtpForeignTest, CurlLogsInEitherWay) {
  for (const std::string mechanism : {"PLAIN", "LOGIN"}) {
    const std::optional<Received> received =
        send({.auth = true, .auth_required = true},
             {"--user", "me:p w", "--login-options", "AUTH=" + mechanism});
    if (!received) GTEST_SKIP() << "there is no curl";
    EXPECT_EQ(received->passwords, std::vector<std::string>{"me:p w"});
    ASSERT_EQ(received->messages.size(), 1U);
    EXPECT_EQ(received->messages.front().user, "me");
  }
}

}  // namespace
}  // namespace peregrine::wire::smtp
