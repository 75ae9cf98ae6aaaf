#include "wire/smtp.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace peregrine::wire::smtp {
namespace {

constexpr Limits kSmall{
    .command_line = 60, .text_line = 20, .message = 50, .recipients = 2, .mistakes = 4};

struct Talk {
  std::string replies{};  // codes, then what arrived in brackets
  std::vector<Envelope> messages{};
  bool closed = false;
  bool operator==(const Talk&) const = default;
};

// Only the codes of the replies: "220 250-250 354".
std::string codes(std::string_view output) {
  std::string out;
  while (!output.empty()) {
    out += output.substr(0, 3);
    out += output[3];
    output.remove_prefix(output.find("\r\n") + 2);
  }
  return out;
}

// Says yes, but for the address no@x, the user "no" and messages with "spam".
void answer(Session& session, Talk& talk) {
  const Question& question = *session.question();
  switch (question.about) {
    case Question::About::sender:
    case Question::About::recipient:
      if (question.address == "no@x") return session.refuse({550, "no"});
      break;
    case Question::About::login:
      talk.replies += fmt::format("[{}:{}] ", question.user, question.password);
      if (question.user == "no") return session.refuse({535, "no"});
      break;
    case Question::About::message:
      if (session.envelope().data.find("spam") != std::string::npos) {
        return session.refuse({421, "no"});
      }
      talk.messages.push_back(session.take_envelope());
      break;
    case Question::About::starttls:
      return;
  }
  session.accept();
}

Talk talk_in_pieces(const Options& options, std::string_view stream, size_t piece) {
  Session session(options, kSmall);
  Talk talk;
  while (!stream.empty()) {
    std::string_view part = stream.substr(0, piece);
    stream.remove_prefix(part.size());
    while (!part.empty()) {
      part.remove_prefix(session.feed(part));
      talk.replies += codes(session.take_output());
      if (session.question()) answer(session, talk);
      talk.replies += codes(session.take_output());
    }
  }
  talk.closed = session.closed();
  return talk;
}

Talk talk(std::string_view stream, const Options& options = {}) {
  const Talk whole = talk_in_pieces(options, stream, stream.size());
  for (const size_t piece : {1, 2, 3, 7}) {
    const Talk pieces = talk_in_pieces(options, stream, piece);
    EXPECT_EQ(pieces.replies, whole.replies) << "in pieces of " << piece;
    EXPECT_EQ(pieces, whole) << "in pieces of " << piece;
  }
  return whole;
}

std::string replies(std::string_view stream, const Options& options = {}) {
  return talk(stream, options).replies;
}

// As after EHLO, MAIL, RCPT and DATA.
Talk send(std::string_view data) {
  return talk("HELO c\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n" + std::string(data));
}

TEST(SmtpTest, TakesAMessageForSeveralRecipientsPipelined) {
  const Talk heard = talk(
      "EHLO me\r\nMAIL FROM:<a@x> SIZE=9 BODY=8BITMIME\r\nRCPT TO:<b@y>\r\nRCPT TO:<no@x>\r\n"
      "RCPT TO:<c@z>\r\nDATA\r\nhi\r\n..\r\n...a\r\n\r\n.\r\nQUIT\r\nmore");
  EXPECT_EQ(heard.replies, "220 250-250-250-250 250 250 550 250 354 250 221 ");
  EXPECT_TRUE(heard.closed);
  ASSERT_EQ(heard.messages.size(), 1U);
  EXPECT_EQ(heard.messages[0], (Envelope{.client = "me",
                                         .user = "",
                                         .from = "a@x",
                                         .recipients = {"b@y", "c@z"},
                                         .eight_bit = true,
                                         .data = "hi\r\n.\r\n..a\r\n\r\n"}));
}

TEST(SmtpTest, OffersWhatItIsAskedToOffer) {
  Session session({.host = "h", .starttls = true, .auth = true});
  session.feed("EHLO x\r\n");
  EXPECT_EQ(session.take_output(),
            "220 h ESMTP\r\n250-h\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n250-STARTTLS\r\n"
            "250-AUTH PLAIN LOGIN\r\n250 PIPELINING\r\n");
  EXPECT_EQ(replies("STARTTLS\r\nEHLO c\r\nAUTH PLAIN\r\n"), "220 502 250-250-250-250 502 ");
}

TEST(SmtpTest, KeepsCommandsInTheirOrder) {
  EXPECT_EQ(replies("MAIL FROM:<a@x>\r\nHELO c\r\nRCPT TO:<b@y>\r\nDATA\r\n"),
            "220 503 250 503 503 ");
  EXPECT_EQ(replies("HELO c\r\nMAIL FROM:<a@x>\r\nMAIL FROM:<a@x>\r\nDATA\r\n"),
            "220 250 250 503 503 ");
  EXPECT_EQ(replies("HELO c\r\nMAIL FROM:<a@x>\r\nRSET\r\nRCPT TO:<b@y>\r\n"),
            "220 250 250 250 503 ");
  EXPECT_EQ(replies("HELO c\r\nMAIL FROM:<no@x>\r\nRCPT TO:<b@y>\r\n"), "220 250 550 503 ");
  EXPECT_EQ(replies("HELO c\r\nMAIL FROM:<a@x>\r\nEHLO c\r\nRCPT TO:<b@y>\r\n"),
            "220 250 250 250-250-250-250 503 ");
  EXPECT_EQ(replies("noop x\r\nVRFY a\r\nVRFY\r\nQUIT now\r\nEXPN a\r\nEHLO\r\n"),
            "220 250 252 501 501 500 501 ");
}

TEST(SmtpTest, UndoesTheDotsAtTheBeginningOfLines) {
  EXPECT_EQ(send(".\r\n").messages.front().data, "");
  EXPECT_EQ(send("..\r\n.\r\n").messages.front().data, ".\r\n");
  EXPECT_EQ(send(".a\r\n.\r\n").messages.front().data, "a\r\n");
  EXPECT_EQ(send("a.\r\nb\r\n.\r\n").messages.front().data, "a.\r\nb\r\n");
}

// What two servers read differently: https://smtpsmuggling.com
TEST(SmtpTest, EndsTheSessionAtALineEndThatIsNotCrlf) {
  for (const std::string_view data : {"a\n.\r\nMAIL", "a\n.\n", "a\r\n.\n", "a\r\n.\rb", "a\r.\r\n",
                                      "\n", "\r\r\n", ".\r\r\n", "a\r\n..\n", "a\r\n.\n.\r\n"}) {
    const Talk heard = send(data);
    EXPECT_EQ(heard.replies, "220 250 250 250 354 521 ") << data;
    EXPECT_TRUE(heard.closed);
    EXPECT_TRUE(heard.messages.empty());
  }
  EXPECT_EQ(replies("NOOP\nNOOP\r\n"), "220 521 ");
  EXPECT_EQ(replies("NOOP\rNOOP\r\nNOOP a\tb\r\n"), "220 500 500 ");
}

TEST(SmtpTest, HoldsMessagesToTheirLimitsAndGoesOn) {
  const std::string line = std::string(20, 'x') + "\r\n";
  EXPECT_EQ(send(line + line + "1234\r\n.\r\n").messages.front().data.size(), 50U);
  EXPECT_EQ(send(line + line + "12345\r\n.\r\nNOOP\r\n").replies, "220 250 250 250 354 552 250 ");
  EXPECT_EQ(send("x" + line + ".\r\nNOOP\r\n").replies, "220 250 250 250 354 500 250 ");
  EXPECT_EQ(send(std::string(60, 'x') + "\r\n.\r\n").replies, "220 250 250 250 354 552 ");
  EXPECT_EQ(replies("EHLO c\r\nMAIL FROM:<a@x> SIZE=51\r\n"), "220 250-250-250-250 552 ");
  EXPECT_EQ(replies("EHLO c\r\nMAIL FROM:<a@x> SIZE=99999999999999999999\r\n"),
            "220 250-250-250-250 552 ");
  EXPECT_EQ(replies("HELO c\r\nMAIL FROM:<a@x>\r\nRCPT TO:<a@x>\r\nRCPT TO:<b@x>\r\n"
                    "RCPT TO:<c@x>\r\n"),
            "220 250 250 250 250 452 ");
}

TEST(SmtpTest, HoldsCommandsToTheirLimits) {
  EXPECT_EQ(replies("NOOP " + std::string(55, 'x') + "\r\n"), "220 250 ");
  EXPECT_EQ(replies("NOOP " + std::string(56, 'x') + "\r\nNOOP\r\n"), "220 500 250 ");
  EXPECT_EQ(replies(std::string(1000, 'x') + "\r\nNOOP\r\n"), "220 500 250 ");
  const Talk heard = talk("A\r\nB\r\nC\r\nD\r\nE\r\nNOOP\r\n");
  EXPECT_EQ(heard.replies, "220 500 500 500 500 421 ");
  EXPECT_TRUE(heard.closed);
}

TEST(SmtpTest, TakesPlainAndLogin) {
  const Options options{.auth = true, .auth_required = true};
  const std::string plain = base::base64(std::string("id\0me\0pw", 8));
  const std::string hello = "EHLO c\r\n";
  const std::string greeted = "220 250-250-250-250-250 ";
  EXPECT_EQ(replies(hello + "MAIL FROM:<a@x>\r\nAUTH PLAIN " + plain + "\r\nMAIL FROM:<a@x>\r\n",
                    options),
            greeted + "530 [me:pw] 235 250 ");
  EXPECT_EQ(replies(hello + "AUTH plain\r\n" + plain + "\r\nAUTH PLAIN\r\n", options),
            greeted + "334 [me:pw] 235 503 ");
  EXPECT_EQ(replies(hello + "AUTH LOGIN\r\nbWU=\r\ncHc=\r\n", options),
            greeted + "334 334 [me:pw] 235 ");
  EXPECT_EQ(replies(hello + "AUTH LOGIN bm8=\r\ncHc=\r\nAUTH LOGIN bWU=\r\n\r\n", options),
            greeted + "334 [no:pw] 535 334 [me:] 235 ");
  EXPECT_EQ(
      replies(hello + "AUTH PLAIN\r\n*\r\nAUTH PLAIN =\r\nAUTH LOGIN ?\r\nAUTH X\r\n", options),
      greeted + "334 501 501 501 504 ");
  EXPECT_EQ(replies("HELO c\r\nAUTH PLAIN\r\n", options), "220 250 503 ");
  const Talk heard = talk(hello + "AUTH PLAIN " + plain +
                              "\r\nMAIL FROM:<a@x> AUTH=<>\r\nRCPT TO:<b@y>\r\nDATA\r\n.\r\n",
                          options);
  ASSERT_EQ(heard.messages.size(), 1U);
  EXPECT_EQ(heard.messages.front().user, "me");
}

TEST(SmtpTest, StartsAnewAfterStarttls) {
  Session session({.starttls = true}, kSmall);
  EXPECT_EQ(session.feed("EHLO c\r\nSTARTTLS\r\n"), 18U);
  ASSERT_TRUE(session.question());
  EXPECT_EQ(session.question()->about, Question::About::starttls);
  EXPECT_EQ(codes(session.take_output()), "220 250-250-250-250-250 220 ");
  session.accept();
  session.feed("MAIL FROM:<a@x>\r\nEHLO c\r\nSTARTTLS\r\n");
  EXPECT_EQ(codes(session.take_output()), "503 250-250-250-250 503 ");
}

// CVE-2011-0411: what was sent in the clear would count as encrypted.
TEST(SmtpTest, EndsTheSessionAtBytesThatFollowStarttls) {
  const Talk heard = talk("EHLO c\r\nSTARTTLS\r\nRSET\r\n", {.starttls = true});
  EXPECT_EQ(heard.replies, "220 250-250-250-250-250 220 554 ");
  EXPECT_TRUE(heard.closed);
}

TEST(SmtpTest, ARefusalWith421EndsTheSession) {
  const Talk heard = send("spam\r\n.\r\nNOOP\r\n");
  EXPECT_EQ(heard.replies, "220 250 250 250 354 421 ");
  EXPECT_TRUE(heard.closed);
}

TEST(SmtpTest, TakesParametersOnlyAfterEhlo) {
  EXPECT_EQ(replies("HELO c\r\nMAIL FROM:<a@x> SIZE=1\r\n"), "220 250 555 ");
  const std::string hello = "EHLO c\r\n";
  for (const auto& [parameters, code] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"SIZE=x", "501 "},
           {"SIZE", "555 "},
           {"SIZE=1 SIZE=1", "555 "},
           {"BODY=9BIT", "501 "},
           {"SMTPUTF8", "555 "},
           {"body=7bit size=5", "250 "},
           {"=", "501 "},
           {"a=", "501 "}}) {
    EXPECT_EQ(replies(hello + fmt::format("MAIL FROM:<a@x> {}\r\n", parameters)),
              fmt::format("220 250-250-250-250 {}", code))
        << parameters;
  }
}

TEST(SmtpAddressTest, ReadsPaths) {
  const auto address = [](std::string_view text, std::string_view keyword) -> std::string {
    const auto line = parse_path(text, keyword);
    return line ? line->address : "refused";
  };
  EXPECT_EQ(address("FROM:<a.b+c@x.example>", "FROM"), "a.b+c@x.example");
  EXPECT_EQ(address("from: <a@x>", "FROM"), "a@x");
  EXPECT_EQ(address("FROM:<>", "FROM"), "");
  EXPECT_EQ(address("TO:<@r,@s:a@x>", "TO"), "a@x");
  EXPECT_EQ(address("TO:<\"a > \\\"b\"@[127.0.0.1]>", "TO"), "\"a > \\\"b\"@[127.0.0.1]");
  EXPECT_EQ(address("TO:<postmaster>", "TO"), "postmaster");
  for (const std::string_view bad :
       {"TO:<>", "TO:a@x", "TO:<a@x", "TO:<a>", "TO:<a@>", "TO:<@x>", "TO:<a..b@x>", "TO:<a@x..y>",
        "TO:<a b@x>", "TO:<a@-x>", "TO:<a@x>b", "TO<a@x>", "FROM:<a@x>", "TO:<@r:>", "TO:<\"a@x>",
        "TO:<a@[x>", "TO:<a@x_y>"}) {
    EXPECT_EQ(address(bad, "TO"), "refused") << bad;
  }
  EXPECT_EQ(address("TO:<" + std::string(65, 'a') + "@x>", "TO"), "refused");
}

}  // namespace
}  // namespace peregrine::wire::smtp
