#include "record/secrets.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"

namespace peregrine::record {
namespace {

constexpr std::string_view kValue = "s3cr&t/ü \"key\"'";

Secrets secrets_of(std::string_view value) {
  Secrets secrets;
  secrets.add("KEY", value);
  return secrets;
}

std::string percent_encoded(std::string_view text, bool capitals, bool all) {
  std::string out;
  for (char c : text) {
    const bool plain = !all && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    const auto byte = static_cast<unsigned char>(c);
    out += plain ? std::string(1, c)
                 : fmt::format(fmt::runtime(capitals ? "%{:02X}" : "%{:02x}"), byte);
  }
  return out;
}

TEST(Secrets, AreMaskedAsTheyAre) {
  const Secrets secrets = secrets_of(kValue);
  EXPECT_EQ(secrets.masked(fmt::format("a {0} b{0}{0}", kValue)),
            "a <secret KEY> b<secret KEY><secret KEY>");
  EXPECT_EQ(secrets.masked("nothing of it: s3cr&t"), "nothing of it: s3cr&t");
  EXPECT_EQ(secrets.masked(""), "");
  EXPECT_EQ(Secrets().masked("text"), "text");
}

TEST(Secrets, AreMaskedPercentEncodedInAnyWay) {
  const Secrets secrets = secrets_of(kValue);
  for (bool capitals : {false, true}) {
    for (bool all : {false, true}) {
      EXPECT_EQ(secrets.masked("?k=" + percent_encoded(kValue, capitals, all) + "&x=%41"),
                "?k=<secret KEY>&x=%41");
    }
  }
  EXPECT_EQ(secrets.masked("k=s3cr%26t/ü+%22key%22%27&a+b"), "k=<secret KEY>&a+b");
}

TEST(Secrets, AreMaskedInJsonAndSql) {
  const Secrets secrets = secrets_of(kValue);
  EXPECT_EQ(secrets.masked(R"({"k":"s3cr&t/ü \"key\"'","n":"\n"})"),
            R"({"k":"<secret KEY>","n":"\n"})");
  EXPECT_EQ(secrets.masked(R"("s3cr\u0026t\/\u00FC \"key\"\u0027")"), R"("<secret KEY>")");
  const std::string once = base::to_json(base::Value(kValue));
  EXPECT_EQ(secrets.masked(base::to_json(base::Value(once))), R"("\"<secret KEY>\"")");
  EXPECT_EQ(secrets.masked("values ('s3cr&t/ü \"key\"''', 'it''s')"),
            "values ('<secret KEY>', 'it''s')");
  EXPECT_EQ(secrets.masked("echo 's3cr&t/ü \"key\"'\\'''"), "echo '<secret KEY>'");
  const Secrets smile = secrets_of("pass😀word");
  EXPECT_EQ(smile.masked(R"("pass\ud83d\ude00word")"), R"("<secret KEY>")");
}

TEST(Secrets, AreMaskedInBase64WhereverTheyBegin) {
  for (const std::string value : {"s3cr", "s3cre", "s3cret", "s3cret?>~key with more"}) {
    const Secrets secrets = secrets_of(value);
    for (const std::string before : {"", "a", "ab", "abc", "user:"}) {
      for (const std::string behind : {"", "a", "ab", "abc"}) {
        const std::string whole = before + value + behind;
        for (const std::string& text : {base::base64(whole), base::base64url(whole)}) {
          const std::string masked = secrets.masked("Basic " + text + " .");
          ASSERT_TRUE(masked.contains("<secret KEY>")) << text << ": " << masked;
          // What is left around it holds whole bytes of what was around it, and no bit of it.
          const size_t left = masked.find('<') - std::string("Basic ").size();
          EXPECT_LE(left * 6, before.size() * 8) << masked;
        }
      }
    }
  }
}

TEST(Secrets, AreMaskedInBase64InAUrlInJson) {
  const Secrets secrets = secrets_of("s3cret?>~key");
  const std::string encoded = percent_encoded(base::base64("a:s3cret?>~key"), true, false);
  const std::string masked = secrets.masked("{\"u\":\"http:\\/\\/x?t=" + encoded + "\"}");
  EXPECT_TRUE(masked.contains("t=") && masked.contains("<secret KEY>")) << masked;
  EXPECT_FALSE(masked.contains("czNjcmV0")) << masked;
}

TEST(Secrets, AreMaskedWhereTheyAreCut) {
  const Secrets secrets = secrets_of("abcdefghijklmnop");
  EXPECT_EQ(secrets.masked("key abcdefgh… (20 more bytes)"), "key <secret KEY>… (20 more bytes)");
  EXPECT_EQ(secrets.masked("…mnop, x"), "…<secret KEY>, x");
  EXPECT_EQ(secrets.masked("…efghij…"), "…<secret KEY>…");
  EXPECT_EQ(secrets.masked("abc…nop"), "abc…nop");
  const Secrets escaped = secrets_of("abcd/f/h\"jkl/n");
  for (std::string_view text : {"abcd%2…", "abcd%2Ff%…", "abcd\\/f\\…", "abcd\\u00…",
                                "abcd\\\\u002ff\\\\u…", "abcd/f/h\\…"}) {
    EXPECT_EQ(escaped.masked(text), "<secret KEY>…") << text;
  }
  for (std::string_view text : {"…2fjkl%2Fn", "…Fh%22jkl/n", "…02fh\\\"jkl\\/n", "…u0022jkl/n"}) {
    EXPECT_EQ(escaped.masked(text), "…<secret KEY>") << text;
  }
}

TEST(Secrets, OfSeveralLinesAreMaskedLineByLine) {
  const Secrets secrets =
      secrets_of("-----BEGIN KEY-----\nMIIEvQIBADAN\nshort\n-----END KEY-----\n");
  EXPECT_EQ(secrets.masked("log: MIIEvQIBADAN"), "log: <secret KEY>");
  EXPECT_EQ(secrets.masked("short"), "short");
}

TEST(Secrets, ThatOverlapAreOneMark) {
  Secrets secrets;
  secrets.add("PART", "password");
  secrets.add("WHOLE", "password1234567");
  secrets.add("NEXT", "4567890");
  EXPECT_EQ(secrets.masked("password1234567890 password"), "<secret WHOLE> <secret PART>");
}

TEST(Secrets, AreNoCommonWords) {
  for (std::string_view value : {"", "abc", "true", "False", "localhost", "8080", "65535"}) {
    EXPECT_FALSE(Secrets::reason_not_to_mask(value).empty()) << value;
    EXPECT_TRUE(secrets_of(value).empty()) << value;
  }
  for (std::string_view value : {"abcd", "123456", "truex"}) {
    EXPECT_EQ(Secrets::reason_not_to_mask(value), "") << value;
  }
}

// Whatever bytes they are of, and whatever stands around them.
TEST(Secrets, AreFoundInAnyBytes) {
  const uint64_t seed = base::fresh_seed();
  SCOPED_TRACE(seed);
  base::Random random(seed);
  for (int round = 0; round < 500; ++round) {
    std::string value;
    const size_t size = 6 + random.below(20);
    constexpr std::string_view kHard[] = {"%",  "+", "\\", "\"", "'", "/",
                                          "u0", " ", "a1", "=",  "…"};
    while (value.size() < size) value += kHard[random.below(std::size(kHard))];
    if (!Secrets::reason_not_to_mask(value).empty()) continue;
    const Secrets secrets = secrets_of(value);
    const std::string json = base::to_json(base::Value(value));
    for (const std::string& text :
         {value, percent_encoded(value, round % 2 == 0, false), json.substr(1, json.size() - 2)}) {
      EXPECT_FALSE(secrets.masked("%x " + text + "%y").contains(text)) << value;
    }
  }
}

}  // namespace
}  // namespace peregrine::record
