#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <span>

#include "base/check.h"

namespace peregrine::base {
namespace {

const char* openssl_name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::sha1:
      return "SHA1";
    case Algorithm::sha256:
      return "SHA256";
    case Algorithm::sha512:
      return "SHA512";
  }
  return "SHA256";
}

const unsigned char* unsigned_data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (unsigned char byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace

std::string hmac_hex(Algorithm algorithm, std::string_view key, std::string_view message) {
  if (key.data() == nullptr) key = "";  // OpenSSL takes a null key for none at all
  std::array<unsigned char, EVP_MAX_MD_SIZE> out;
  size_t size = 0;
  const unsigned char* made =
      EVP_Q_mac(nullptr, "HMAC", nullptr, openssl_name(algorithm), nullptr, key.data(), key.size(),
                unsigned_data(message), message.size(), out.data(), out.size(), &size);
  check(made != nullptr, "OpenSSL has no HMAC");
  return hex(std::span(out).first(size));
}

std::string sha256_hex(std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out;
  size_t size = 0;
  const int made =
      EVP_Q_digest(nullptr, "SHA256", nullptr, message.data(), message.size(), out.data(), &size);
  check(made == 1, "OpenSSL has no SHA-256");
  return hex(std::span(out).first(size));
}

std::string sha1(std::string_view message) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  size_t size = 0;
  const int made = EVP_Q_digest(nullptr, "SHA1", nullptr, message.data(), message.size(),
                                reinterpret_cast<unsigned char*>(out.data()), &size);
  check(made == 1, "OpenSSL has no SHA-1");
  out.resize(size);
  return out;
}

std::string base64(std::string_view bytes) {
  // EVP_EncodeBlock counts in int and ends its output with a zero byte.
  check(bytes.size() < (1U << 30), "base64 of more than 1 GiB");
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   unsigned_data(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(size));
  return out;
}

std::optional<std::string> base64_decoded(std::string_view text) {
  check(text.size() < (1U << 30), "base64 of more than 1 GiB");
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   unsigned_data(text), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  out.resize(static_cast<size_t>(size));
  // OpenSSL counts the bytes of the padding, and passes over white space at either end.
  for (size_t i = 0; i < 2 && text.ends_with(i == 0 ? "=" : "==") && !out.empty(); ++i) {
    out.pop_back();
  }
  if (base64(out) != text) return std::nullopt;
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace peregrine::base
