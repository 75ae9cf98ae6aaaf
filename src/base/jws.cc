#include "base/jws.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <memory>
#include <optional>

#include "base/check.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"

namespace peregrine::base {
namespace {

enum class Scheme { hmac, rsa, rsa_pss, ecdsa, ed25519 };

struct Signature {
  std::string_view name;
  Scheme scheme;
  Algorithm digest;
  std::string_view digest_name;
  std::string_view curve{};
  int half = 0;  // bytes of each of ECDSA's two numbers; 0: they stay in ASN.1
};

constexpr std::array<Signature, 13> kSignatures = {
    {{"HS256", Scheme::hmac, Algorithm::sha256, "SHA256"},
     {"HS384", Scheme::hmac, Algorithm::sha384, "SHA384"},
     {"HS512", Scheme::hmac, Algorithm::sha512, "SHA512"},
     {"RS256", Scheme::rsa, Algorithm::sha256, "SHA256"},
     {"RS384", Scheme::rsa, Algorithm::sha384, "SHA384"},
     {"RS512", Scheme::rsa, Algorithm::sha512, "SHA512"},
     {"PS256", Scheme::rsa_pss, Algorithm::sha256, "SHA256"},
     {"PS384", Scheme::rsa_pss, Algorithm::sha384, "SHA384"},
     {"PS512", Scheme::rsa_pss, Algorithm::sha512, "SHA512"},
     {"ES256", Scheme::ecdsa, Algorithm::sha256, "SHA256", "prime256v1", 32},
     {"ES384", Scheme::ecdsa, Algorithm::sha384, "SHA384", "secp384r1", 48},
     {"ES512", Scheme::ecdsa, Algorithm::sha512, "SHA512", "secp521r1", 66},
     {"EdDSA", Scheme::ed25519, Algorithm::sha512, ""}}};

const Signature* find_signature(std::string_view name) {
  for (const Signature& each : kSignatures) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

const unsigned char* unsigned_data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

bool is_pem(std::string_view key) { return key.find("-----BEGIN ") != std::string_view::npos; }

Result<Key> read_key(std::string_view pem) {
  check(pem.size() < (1U << 30), "a key of more than 1 GiB");
  const std::unique_ptr<BIO, Free<BIO_free>> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // Without one of its own OpenSSL would ask for a password at the terminal.
  auto no_password = [](char*, int, int, void*) { return 0; };
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (key) return key;
  return fail(Code::invalid, "the key is no private key in PEM without a password{}",
              pem.find("PUBLIC KEY-----") == pem.npos ? "" : ", but a public one");
}

std::string curve_of(EVP_PKEY* key) {
  std::array<char, 64> name{};
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) != 1) return "";
  return {name.data(), size};
}

bool goes_with(EVP_PKEY* key, const Signature& signature) {
  switch (signature.scheme) {
    case Scheme::hmac:
      return false;
    case Scheme::rsa:
    case Scheme::rsa_pss:
      return EVP_PKEY_is_a(key, "RSA") == 1;
    case Scheme::ecdsa:
      return EVP_PKEY_is_a(key, "EC") == 1 && curve_of(key) == signature.curve;
    case Scheme::ed25519:
      return EVP_PKEY_is_a(key, "ED25519") == 1;
  }
  return false;
}

// JWS has the two numbers of ECDSA behind each other (RFC 7518, section 3.4), OpenSSL as ASN.1.
std::string without_asn1(std::string_view signature, int half) {
  const unsigned char* at = unsigned_data(signature);
  const std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>> numbers(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(signature.size())));
  check(numbers != nullptr, "OpenSSL cannot read its own signature");
  std::string out(static_cast<size_t>(half) * 2, '\0');
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  check(BN_bn2binpad(ECDSA_SIG_get0_r(numbers.get()), to, half) == half);
  check(BN_bn2binpad(ECDSA_SIG_get0_s(numbers.get()), to + half, half) == half);
  return out;
}

Result<std::string> sign_with(EVP_PKEY* key, const Signature& how, std::string_view input) {
  const std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // the context's own
  const char* digest = how.digest_name.empty() ? nullptr : how.digest_name.data();
  bool good =
      EVP_DigestSignInit_ex(context.get(), &options, digest, nullptr, nullptr, key, nullptr) == 1;
  if (how.scheme == Scheme::rsa_pss) {
    good = good && EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  size_t size = 0;
  const unsigned char* message = unsigned_data(input);
  good = good && EVP_DigestSign(context.get(), nullptr, &size, message, input.size()) == 1;
  std::string out(size, '\0');
  good = good && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                                message, input.size()) == 1;
  ERR_clear_error();
  if (!good) return fail(Code::invalid, "the key cannot sign with {}: is it too short?", how.name);
  out.resize(size);
  return how.half > 0 ? without_asn1(out, how.half) : out;
}

// The algorithm that the header names, or what goes with the key.
Result<const Signature*> choose(const Map& header, EVP_PKEY* key) {
  if (const Value* named = header.find("alg")) {
    if (named->is_text()) {
      if (const Signature* found = find_signature(named->as_text())) return found;
    }
    return fail(Code::invalid,
                "{} is no algorithm of signatures such as HS256, RS256, ES256, EdDSA",
                to_json(*named));
  }
  if (!key) return &kSignatures[0];
  for (const Signature& each : kSignatures) {
    if (goes_with(key, each)) return &each;
  }
  return fail(Code::invalid, "the key is none for RSA, P-256, P-384, P-521 or Ed25519");
}

}  // namespace

Result<std::string> sign_jws(const Map& header, std::string_view payload, std::string_view key) {
  const Value* named = header.find("alg");
  const bool symmetric = named && named->is_text() && named->as_text().starts_with("HS");
  Key pem;
  if (is_pem(key) && !symmetric) {
    TRY(pem, read_key(key));
  }
  TRY(const Signature* how, choose(header, pem.get()));
  if (how->scheme != Scheme::hmac && !pem) {
    return fail(Code::invalid, "{} takes a private key in PEM", how->name);
  }
  if (pem && !goes_with(pem.get(), *how)) {
    return fail(Code::invalid, "the key does not go with {}", how->name);
  }
  std::vector<Map::Entry> entries;
  if (!named) entries.emplace_back("alg", how->name);
  entries.insert(entries.end(), header.begin(), header.end());
  const std::string input = base64url(to_json(Map(std::move(entries)))) + "." + base64url(payload);
  if (!pem) return input + "." + base64url(hmac(how->digest, key, input));
  TRY(const std::string signature, sign_with(pem.get(), *how, input));
  return input + "." + base64url(signature);
}

Result<std::string> sign_ecdsa(std::string_view message, std::string_view key) {
  Signature how = *find_signature("ES256");
  how.half = 0;
  TRY(const Key pem, read_key(key));
  if (!goes_with(pem.get(), how)) return fail(Code::invalid, "the key is none on the curve P-256");
  return sign_with(pem.get(), how, message);
}

Result<std::string> jws_payload(std::string_view token) {
  const std::vector<std::string_view> parts = split(token, '.');
  if (parts.size() != 3) {
    return fail(Code::invalid, "a token has 3 parts with points between, this has {}",
                parts.size());
  }
  for (const std::string_view part : parts) {
    if (!base64url_decoded(part)) {
      return fail(Code::invalid, "a part of the token is not base64url");
    }
  }
  return *base64url_decoded(parts[1]);
}

}  // namespace peregrine::base
