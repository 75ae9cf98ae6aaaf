#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

#include "base/check.h"

namespace peregrine::base {
namespace {

const char* openssl_name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::sha1:
      return "SHA1";
    case Algorithm::sha256:
      return "SHA256";
    case Algorithm::sha384:
      return "SHA384";
    case Algorithm::sha512:
      return "SHA512";
  }
  return "SHA256";
}

const unsigned char* unsigned_data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string digest(Algorithm algorithm, std::string_view message) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  size_t size = 0;
  const int made =
      EVP_Q_digest(nullptr, openssl_name(algorithm), nullptr, message.data(), message.size(),
                   reinterpret_cast<unsigned char*>(out.data()), &size);
  check(made == 1, "OpenSSL lacks a digest");
  out.resize(size);
  return out;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace

std::optional<Algorithm> algorithm_named(std::string_view name) {
  if (name == "sha1") return Algorithm::sha1;
  if (name == "sha256") return Algorithm::sha256;
  if (name == "sha384") return Algorithm::sha384;
  if (name == "sha512") return Algorithm::sha512;
  return std::nullopt;
}

std::string hmac(Algorithm algorithm, std::string_view key, std::string_view message) {
  if (key.data() == nullptr) key = "";  // OpenSSL takes a null key for none at all
  std::string out(EVP_MAX_MD_SIZE, '\0');
  size_t size = 0;
  const unsigned char* made =
      EVP_Q_mac(nullptr, "HMAC", nullptr, openssl_name(algorithm), nullptr, key.data(), key.size(),
                unsigned_data(message), message.size(),
                reinterpret_cast<unsigned char*>(out.data()), out.size(), &size);
  check(made != nullptr, "OpenSSL has no HMAC");
  out.resize(size);
  return out;
}

std::string hmac_hex(Algorithm algorithm, std::string_view key, std::string_view message) {
  return hex(hmac(algorithm, key, message));
}

std::string sha256(std::string_view message) { return digest(Algorithm::sha256, message); }

std::string sha256_hex(std::string_view message) { return hex(sha256(message)); }

std::string sha1(std::string_view message) { return digest(Algorithm::sha1, message); }

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

std::string base64url(std::string_view bytes) {
  std::string text = base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::optional<std::string> base64url_decoded(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
  std::string padded(text);
  std::ranges::replace(padded, '-', '+');
  std::ranges::replace(padded, '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  return base64_decoded(padded);
}

std::optional<std::string> base32_decoded(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  uint32_t group = 0;
  int bits = 0;
  for (char c : text) {
    if (c == ' ' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const bool letter = c >= 'A' && c <= 'Z';
    if (!letter && (c < '2' || c > '7')) return std::nullopt;
    group = (group << 5 | static_cast<uint32_t>(letter ? c - 'A' : c - '2' + 26)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits);
  }
  if (bits >= 5) return std::nullopt;
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace peregrine::base
