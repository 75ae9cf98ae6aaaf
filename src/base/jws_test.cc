#include "base/jws.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/digest.h"
#include "base/text.h"

namespace peregrine::base {
namespace {

// RFC 7520, section 3.4: the key of Bilbo.
constexpr std::string_view kRsa = R"(-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCfgQ+0A4Jz0CWR
5Ac/MdK2ABuCzttNkvBQFl1Hz8q4o8Qct3isdVN5P475dXaNGiN02HElZMO813ue
pDRUSJlAfP8AmZIKkxokxEFIUqspvbCpXAZT82xg5gv5C2JY3aVvNwR7pcLR0Cmv
nJ1AuseqQceKDdEGit1pnoCP6gEeoUQdik97tOl7459V8d3UTpxLozUVlwPU00tg
PmUUek8j1tPAmWx17e6EaoLRkK4QeDyWHPA4eu0hBtLQVVtv2Tf61VNTh+D/cv++
eJQUArC4IuoqdLYFjB2r+bNKdstjuH+qLGhHuOKDf/+RGG5rHBSRHPmJqJCSqBzm
Ad2s0/nPAgMBAAECggEAbWUC9B+EFRIo8kpGfh0ZuyGPvMNKvYWNtB/ikiH9k20e
T+O1q/I78eiZkpXxXQ0UTEs2LsNRS+8uJbvQ+A1irkwMSMkK1J3XTGgdrhCku9gR
ldY7sNA/AKZGh+Q661/42rINLRCe8W+nZ34ui/qOfkLnK9QWDDqpaIsA+bMwWWSD
Fu2MUBYwkHTMEzLYGqOe04noqeq1hExBTHBOBdkMXiuFhUq1BU6l+DqEiWxqg82s
Xt2h+LMnT3046AOYJoRioz75tSUQfGCshWTBnP5uDjd18kKhyv07lhfSJdrPdM5P
lyl21hsFf4L/mHCuoFau7gdsPfHPxxjVOcOpBrQzwQKBgQDdKXGD8PBNclxvrT3l
GhfKBAIBnlGcC9mWejXKEe2dR7H9+nsBn/2dFo7sdf/5IV8ZB661qjZMOMMBZThW
6mTyvD0lHQDNnQ3Z++4gCav9YKyYal42pCd6/VPsjISyeHxQy36fkJp+GSKTOESy
uad0fovE6u9EmWw+npm/xtSrSQKBgQC4oTZ2H5xN/oREXiTh7+PLvwZ89hQhpTKh
JIm4HOncK5uTc4KqzqCtPxtH9y7QObUxnBaa12oPIj3ketR6rcw/Xm8ww43yUdN5
m7aWYq/CpbtqdXlTOEzWJnvPjIyS5TAVagG/Jjz3wRe9EP6F2pHEeVKoBnX3bMHe
lUUnSzukVwKBgAfD1b15Lya49i/hmEO798va+isOYPUmoVwcLFlM6dfU1ZYCPmFf
OatTSG9a8ULQ/iLF10d/k2p3r7kT0beTgTnYjBkKfKW7duoJY2HylPxPcZ/kVCx8
9PnnfRPYFyyg+FRp4Kc/j30P6tvaZOcVh6CadNPUH9R7woYsUV+fXoYpAoGACLDm
DGduhylc9o7r84rEUVn7pzQ6PF83Y+iBZx5NT+TpnOZKF1pErAMVeKzFEl41DlHH
qqBLSM0W1sOFbwTxYWZDm6sI6og5iTbwQGIC3gnJKbi/7k/vJgGHwHxgPaX2PnvP
+zyEkDERuf+ry4c/Z11Cq9AqC2yeL6kdKT1cYF8CgYEA3PiqvXQN0zwMeE+sBvZg
i289XP9XCQF3VWqPzMKnIgQp7/Tugo6+NZBKCQsMf3HaEGBjTVJs/jcK8+TRXvaK
e+7ZMaQj8VfBdYkssbu0NKDDhjJ+GtiseaDVWt7dcH0cfwxgFUHpQh7FoCrjFJ6h
6ZEpMF6xmujs4qMpPz8aaI4=
-----END PRIVATE KEY-----
)";

// RFC 7520, section 3.2.
constexpr std::string_view kP521 = R"(-----BEGIN PRIVATE KEY-----
MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIACFE43av1ypdfWGD5
GgjpHW1fmnatQBh2akdmgLVc0znoq2xytfrNsqKlCsJb0IZkfdPi5umehMosNgn9
8Xf+sm2hgYkDgYYABABymSyzrAjs8+XGPe3sDVGowfee8vgvlPPHN79d55hmcerG
Jf6CV7vQOUZEyqo6r48npFhfu8rQ8kV2IAheXI9CrQHcppR7zoi8V5BIWsl0JzQr
w1+IfYbWWgiTd+JH5guqVeToUB4q2lckrFHWkJAIAz68EKyZm51/XMJRnz/h6h2U
dQ==
-----END PRIVATE KEY-----
)";

// RFC 8037, appendix A.1.
constexpr std::string_view kEd25519 = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
)";

// RFC 8037, appendix A.2.
constexpr std::string_view kEd25519Public = R"(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
)";

// Made for these tests, as are the next two.
constexpr std::string_view kP256 = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyy49oPcINGK2ps0L
mtxpB6UTEOiITghHBif6wDqmJ3ehRANCAATTg3TGLbWGyHK8GnsjXruxsT9terKq
QA99592SUw7vBlCPHscvgtOmuw1J4yHRDZMXhbRzOPpf+NS6hMPZ1YJs
-----END PRIVATE KEY-----
)";

constexpr std::string_view kP384 = R"(-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDD1AGMXfzYaLTmH2war
yawgaxxzupLnWhwljV4XCXbl03IvPYNCtHa3P+SVWgbljHKhZANiAASkP9K92uzg
L1M1XvgJTsezqCBpmrEBabJce97yMNF8HWpkgD8Ku1I/oeBYq9rs6qYItGi1uMs0
6SbwuXgyo+BUpU946ZIvYKbCW8J0g0xsuTnLJMnLzHq2VeHDluFCMYI=
-----END PRIVATE KEY-----
)";

constexpr std::string_view kSecp256k1 = R"(-----BEGIN PRIVATE KEY-----
MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgReVSY/X/empG/WElO+ZG
zJkMhECtd+ZRH2LfCxL5XcyhRANCAAScPcJLNsyg8i6tqFIpdqJ05PAzTSv5NPvi
gvaM8jWWaSvQqgzPzy1mYkEUi4coME2RQgauZPtpLHDbpern3iht
-----END PRIVATE KEY-----
)";

// RFC 7520, section 4: what all of its examples sign.
constexpr std::string_view kPayload =
    "It\u2019s a dangerous business, Frodo, going out your door. You step onto the road, and if "
    "you "
    "don't keep your feet, there\u2019s no knowing where you might be swept off to.";

const Map kBilbo = {{"alg", "RS256"}, {"kid", "bilbo.baggins@hobbiton.example"}};

// Section 4.1.
TEST(Jws, RsaSignatureOfAPublishedVector) {
  constexpr std::string_view kSignature =
      "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp"
      "83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCr"
      "UCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aX"
      "ic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg";
  const Result<std::string> token = sign_jws(kBilbo, kPayload, kRsa);
  ASSERT_TRUE(token) << token.error().text;
  EXPECT_EQ(split(*token, '.').back(), kSignature);
  EXPECT_EQ(jws_payload(*token), kPayload);
}

// Section 4.4.
TEST(Jws, HmacSignatureOfAPublishedVector) {
  const std::string key = *base64url_decoded("hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg");
  const Map header = {{"alg", "HS256"}, {"kid", "018c0ae5-4d9b-471b-bfd6-eef314bc7037"}};
  EXPECT_EQ(split(*sign_jws(header, kPayload, key), '.').back(),
            "s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0");
}

// RFC 8037, appendix A.4.
TEST(Jws, Ed25519SignatureOfAPublishedVector) {
  EXPECT_EQ(
      sign_jws({}, "Example of Ed25519 signing", kEd25519),
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
}

// Whether OpenSSL takes the token's signature, which begins anew as ASN.1 for ECDSA.
bool verifies(const std::string& token, std::string_view pem, const char* digest,
              bool pss = false) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  const size_t point = token.rfind('.');
  std::string signature = *base64url_decoded(std::string_view(token).substr(point + 1));
  if (EVP_PKEY_is_a(key, "EC")) {
    const auto* at = reinterpret_cast<const unsigned char*>(signature.data());
    const auto half = static_cast<int>(signature.size() / 2);
    ECDSA_SIG* numbers = ECDSA_SIG_new();
    ECDSA_SIG_set0(numbers, BN_bin2bn(at, half, nullptr), BN_bin2bn(at + half, half, nullptr));
    unsigned char* asn1 = nullptr;
    const int size = i2d_ECDSA_SIG(numbers, &asn1);
    signature.assign(reinterpret_cast<char*>(asn1), static_cast<size_t>(size));
    OPENSSL_free(asn1);
    ECDSA_SIG_free(numbers);
  }
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* options = nullptr;
  EVP_DigestVerifyInit_ex(context, &options, digest, nullptr, nullptr, key, nullptr);
  if (pss) {  // with a salt as long as the digest (RFC 7518, section 3.5)
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
  }
  const int good = EVP_DigestVerify(
      context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
      reinterpret_cast<const unsigned char*>(token.data()), point);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return good == 1;
}

TEST(Jws, EveryAlgorithmVerifies) {
  struct Case {
    const char* algorithm;
    std::string_view key;
    const char* digest;
    size_t size;
  };
  const std::array<Case, 9> cases = {{{"RS256", kRsa, "SHA256", 256},
                                      {"RS384", kRsa, "SHA384", 256},
                                      {"RS512", kRsa, "SHA512", 256},
                                      {"PS256", kRsa, "SHA256", 256},
                                      {"PS384", kRsa, "SHA384", 256},
                                      {"PS512", kRsa, "SHA512", 256},
                                      {"ES256", kP256, "SHA256", 64},
                                      {"ES384", kP384, "SHA384", 96},
                                      {"ES512", kP521, "SHA512", 132}}};
  for (const Case& one : cases) {
    // Often enough that a number of ECDSA begins with a zero byte.
    for (int i = 0; i < (one.algorithm[0] == 'E' ? 100 : 1); ++i) {
      const Result<std::string> token = sign_jws({{"alg", one.algorithm}}, kPayload, one.key);
      ASSERT_TRUE(token) << one.algorithm << ": " << token.error().text;
      EXPECT_EQ(base64url_decoded(split(*token, '.').back())->size(), one.size);
      ASSERT_TRUE(verifies(*token, one.key, one.digest, one.algorithm[0] == 'P')) << one.algorithm;
    }
  }
}

std::string header_of(const Result<std::string>& token) {
  return token ? *base64url_decoded(split(*token, '.').front()) : token.error().text;
}

TEST(Jws, TheKeySaysTheAlgorithm) {
  EXPECT_EQ(header_of(sign_jws({{"typ", "JWT"}}, "", "secret")), R"({"alg":"HS256","typ":"JWT"})");
  EXPECT_EQ(header_of(sign_jws({}, "", kRsa)), R"({"alg":"RS256"})");
  EXPECT_EQ(header_of(sign_jws({}, "", kP256)), R"({"alg":"ES256"})");
  EXPECT_EQ(header_of(sign_jws({}, "", kP384)), R"({"alg":"ES384"})");
  EXPECT_EQ(header_of(sign_jws({}, "", kP521)), R"({"alg":"ES512"})");
  // As somebody who forges a token does it: the public key for a secret.
  EXPECT_EQ(header_of(sign_jws({{"alg", "HS512"}}, "", kEd25519Public)), R"({"alg":"HS512"})");
}

TEST(Jws, RefusesAKeyThatDoesNotGoWithIt) {
  auto why = [](const Map& header, std::string_view key) {
    const Result<std::string> token = sign_jws(header, "", key);
    return token ? "signed" : token.error().text;
  };
  EXPECT_EQ(why({{"alg", "none"}}, "k"),
            R"("none" is no algorithm of signatures such as HS256, RS256, ES256, EdDSA)");
  EXPECT_EQ(why({{"alg", 1}}, "k"),
            "1 is no algorithm of signatures such as HS256, RS256, ES256, EdDSA");
  EXPECT_EQ(why({{"alg", "RS256"}}, "k"), "RS256 takes a private key in PEM");
  EXPECT_EQ(why({{"alg", "ES256"}}, kP384), "the key does not go with ES256");
  EXPECT_EQ(why({{"alg", "EdDSA"}}, kRsa), "the key does not go with EdDSA");
  EXPECT_EQ(why({}, kSecp256k1), "the key is none for RSA, P-256, P-384, P-521 or Ed25519");
  EXPECT_EQ(why({}, kEd25519Public),
            "the key is no private key in PEM without a password, but a public one");
  EXPECT_EQ(why({}, "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"),
            "the key is no private key in PEM without a password");
}

TEST(Jws, PayloadsAreReadStrictly) {
  EXPECT_EQ(jws_payload("e30.e30."), "{}");
  for (const char* token :
       {"", "e30", "e30.e30", "e30.e30.e30.e30", "e30.e3.e30", "e30.e30=.e30"}) {
    EXPECT_FALSE(jws_payload(token)) << token;
  }
}

TEST(Jws, BytesAreSignedByEcdsaAsAsn1) {
  const Result<std::string> signature = sign_ecdsa("some bytes", kP256);
  ASSERT_TRUE(signature) << signature.error().text;
  BIO* bio = BIO_new_mem_buf(kP256.data(), static_cast<int>(kP256.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  const auto good = [&](std::string_view bytes) {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit_ex(context, nullptr, "SHA256", nullptr, nullptr, key, nullptr);
    const int verified = EVP_DigestVerify(
        context, reinterpret_cast<const unsigned char*>(signature->data()), signature->size(),
        reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    EVP_MD_CTX_free(context);
    return verified == 1;
  };
  EXPECT_TRUE(good("some bytes"));
  EXPECT_FALSE(good("other bytes"));
  EVP_PKEY_free(key);
  BIO_free(bio);
  EXPECT_EQ(sign_ecdsa("x", kP384).error().text, "the key is none on the curve P-256");
  EXPECT_FALSE(sign_ecdsa("x", "abc"));
}

}  // namespace
}  // namespace peregrine::base
