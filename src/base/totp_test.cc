#include "base/totp.h"

#include <gtest/gtest.h>

#include <array>

namespace peregrine::base {
namespace {

WallTime at(int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

// RFC 6238, appendix B, with the secrets of its program: as long as the digest. Its last instant
// lies in 2603; ours end in 2262.
TEST(Totp, CodesOfThePublishedVectors) {
  struct Vector {
    int64_t seconds;
    const char* sha1;
    const char* sha256;
    const char* sha512;
  };
  constexpr std::array<Vector, 5> kVectors = {{{59, "94287082", "46119246", "90693936"},
                                               {1111111109, "07081804", "68084774", "25091201"},
                                               {1111111111, "14050471", "67062674", "99943326"},
                                               {1234567890, "89005924", "91819424", "93441116"},
                                               {2000000000, "69279037", "90698825", "38618901"}}};
  const std::string digits = "1234567890";
  std::string secret;
  for (int i = 0; i < 7; ++i) secret += digits;
  for (const Vector& one : kVectors) {
    EXPECT_EQ(totp(secret.substr(0, 20), at(one.seconds), {.digits = 8}), one.sha1);
    EXPECT_EQ(totp(secret.substr(0, 32), at(one.seconds), {Algorithm::sha256, 8}), one.sha256);
    EXPECT_EQ(totp(secret.substr(0, 64), at(one.seconds), {Algorithm::sha512, 8}), one.sha512);
  }
}

// RFC 4226, appendix D: counters 0 to 4, by periods of a second.
TEST(Totp, CountsPeriods) {
  const std::array<const char*, 5> codes = {"755224", "287082", "359152", "969429", "338314"};
  for (size_t i = 0; i < codes.size(); ++i) {
    EXPECT_EQ(totp("12345678901234567890", at(static_cast<int64_t>(i)), {.period_s = 1}), codes[i]);
  }
  EXPECT_EQ(totp("12345678901234567890", at(29)), codes[0]);
  EXPECT_EQ(totp("12345678901234567890", at(30)), codes[1]);
}

}  // namespace
}  // namespace peregrine::base
