#include "base/digest.h"

#include <gtest/gtest.h>

namespace peregrine::base {
namespace {

// RFC 4231, test cases 1, 2 and 6; RFC 2202, test case 2.
TEST(Digest, HmacOfPublishedVectors) {
  const std::string twenty(20, '\x0b');
  EXPECT_EQ(hmac_hex(Algorithm::sha256, twenty, "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_hex(Algorithm::sha256, "Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac_hex(Algorithm::sha512, "Jefe", "what do ya want for nothing?"),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
  EXPECT_EQ(hmac_hex(Algorithm::sha1, "Jefe", "what do ya want for nothing?"),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(hmac_hex(Algorithm::sha384, "Jefe", "what do ya want for nothing?"),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
            "8e2240ca5e69e2c78b3239ecfab21649");
  EXPECT_EQ(hmac_hex(Algorithm::sha256, std::string(131, '\xaa'),
                     "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Digest, HmacWithAnEmptyKey) {
  EXPECT_EQ(hmac_hex(Algorithm::sha256, {}, {}),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// FIPS 180-4, examples.
TEST(Digest, Sha256OfPublishedVectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// RFC 4648, section 10.
TEST(Digest, Base64OfPublishedVectors) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xef"), "/+8=");
}

TEST(Digest, Base64IsDecodedOnlyAsItIsWritten) {
  for (const std::string_view text : {"", "f", "fo", "foo", "foobar", "\xff\xef"}) {
    EXPECT_EQ(base64_decoded(base64(text)), text);
  }
  for (const std::string_view text :
       {"Zg", "Zg=", "Zh==", "Z===", "====", "Zm 8", " Zm8", "Zm8=\n"}) {
    EXPECT_EQ(base64_decoded(text), std::nullopt) << text;
  }
}

TEST(Digest, Base64OfUrlsIsDecodedOnlyAsItIsWritten) {
  EXPECT_EQ(base64url("\xff\xef"), "_-8");
  for (const std::string_view text : {"", "f", "fo", "foo", "foobar", "\xff\xef"}) {
    EXPECT_EQ(base64url_decoded(base64url(text)), text);
  }
  for (const std::string_view text : {"Zg==", "/+8", "Zh", "Z", "Zm9vY"}) {
    EXPECT_EQ(base64url_decoded(text), std::nullopt) << text;
  }
}

// RFC 4648, section 10.
TEST(Digest, Base32OfPublishedVectors) {
  EXPECT_EQ(base32_decoded(""), "");
  EXPECT_EQ(base32_decoded("MY======"), "f");
  EXPECT_EQ(base32_decoded("MZXQ===="), "fo");
  EXPECT_EQ(base32_decoded("MZXW6==="), "foo");
  EXPECT_EQ(base32_decoded("mzxw 6yq"), "foob");
  EXPECT_EQ(base32_decoded("MZXW-6YTB"), "fooba");
  EXPECT_EQ(base32_decoded("MZXW6YTBOI======"), "foobar");
  for (const std::string_view text : {"M", "MZX", "MZXW6Y", "M1", "M8", "M=Y", "ä"}) {
    EXPECT_EQ(base32_decoded(text), std::nullopt) << text;
  }
}

// RFC 3174, section 7.3.
TEST(Digest, Sha1OfAPublishedVector) {
  EXPECT_EQ(base64(sha1("abc")), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
}

TEST(Digest, ComparesSignatures) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
}

}  // namespace
}  // namespace peregrine::base
