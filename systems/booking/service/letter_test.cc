#include "booking/service/letter.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/rfc3339.h"

namespace peregrine::booking {
namespace {

Letter letter() {
  return {.message_id = "<1@praxis.example>",
          .from = "praxis@praxis.example",
          .to = "max@email.de",
          .subject = "Ihr Termin",
          .text = "Guten Tag, Jörg!\n",
          .date = base::parse_rfc3339("2025-06-02T07:05:09Z").value()};
}

TEST(Letter, IsMailInAscii) {
  EXPECT_EQ(to_message(letter()),
            "Date: Mon, 02 Jun 2025 07:05:09 +0000\r\nMessage-ID: <1@praxis.example>\r\n"
            "From: <praxis@praxis.example>\r\nTo: <max@email.de>\r\nSubject: Ihr Termin\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n"
            "R3V0ZW4gVGFnLCBKw7ZyZyENCg==\r\n");
}

TEST(Letter, HasLinesThatEveryServerTakes) {
  Letter long_one = letter();
  long_one.text = std::string(5000, 'x');
  const std::string message = to_message(long_one);
  for (size_t at = 0; at < message.size();) {
    const size_t end = message.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 76U);
    at = end + 2;
  }
}

TEST(Letter, EncodesASubjectBetweenCharacters) {
  Letter one = letter();
  for (int i = 0; i < 40; ++i) one.subject += "ö";
  const std::string message = to_message(one);
  std::string decoded;
  for (size_t at = message.find("=?utf-8?B?"); at != std::string::npos;
       at = message.find("=?utf-8?B?", at)) {
    at += 10;
    const std::string word =
        base::base64_decoded(message.substr(at, message.find("?=", at) - at)).value();
    EXPECT_NE(static_cast<unsigned char>(word[0]) & 0xC0, 0x80) << "half of a character";
    decoded += word;
  }
  EXPECT_EQ(decoded, one.subject);
}

TEST(Letter, TakesNoHeaderFromItsSubject) {
  Letter one = letter();
  one.subject = "Hallo\r\nBcc: all@email.de";
  EXPECT_NE(to_message(one).find("Subject: Hallo  Bcc: all@email.de\r\n"), std::string::npos);
}

}  // namespace
}  // namespace peregrine::booking
