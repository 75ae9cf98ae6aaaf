#include "io/certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/check.h"

namespace peregrine::io {

using base::check;
using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr size_t kLongestHost = 253;       // RFC 1035 section 2.3.4, without the root's dot
constexpr size_t kLongestCommonName = 64;  // RFC 5280 appendix A.1, ub-common-name
constexpr size_t kSerialBytes = 16;        // RFC 5280 section 4.1.2.2: at most 20, positive
constexpr std::string_view kNoMemory = "OpenSSL has no memory";

std::string pem_of(auto&& write) {
  BIO* bio = BIO_new(BIO_s_mem());
  check(bio && write(bio) == 1, kNoMemory);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

std::string certificate_pem(X509* certificate) {
  return pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string key_pem(EVP_PKEY* key) {
  return pem_of([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

void set_time(ASN1_TIME* field, base::WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  check(ASN1_TIME_set(field, static_cast<time_t>(seconds.count())) != nullptr, kNoMemory);
}

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  check(extension && X509_add_ext(certificate, extension, -1) == 1, "an extension is not known");
  X509_EXTENSION_free(extension);
}

// What certificates of both kinds have; the extensions and the signature are to follow.
X509* begin_certificate(const std::string& common_name, X509_NAME* issuer, EVP_PKEY* key,
                        Validity validity) {
  X509* certificate = X509_new();
  check(certificate && X509_set_version(certificate, X509_VERSION_3) == 1, kNoMemory);
  std::array<unsigned char, kSerialBytes> serial{};
  check(RAND_bytes(serial.data(), kSerialBytes) == 1, "no random bytes");
  serial[0] = static_cast<unsigned char>((serial[0] & 0x3F) | 0x40);  // positive, never short
  BIGNUM* number = BN_bin2bn(serial.data(), kSerialBytes, nullptr);
  check(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr, kNoMemory);
  BN_free(number);
  set_time(X509_getm_notBefore(certificate), validity.from);
  set_time(X509_getm_notAfter(certificate), validity.until);
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  if (!common_name.empty()) {
    check(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1,
          "a common name cannot be set");
  }
  X509_set_issuer_name(certificate, issuer ? issuer : subject);
  X509_set_pubkey(certificate, key);
  return certificate;
}

bool is_host_name(std::string_view host) {
  if (host.starts_with("*.")) host.remove_prefix(2);
  return !host.empty() && host.size() <= kLongestHost && !host.starts_with('.') &&
         std::ranges::all_of(host, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == '_';
         });
}

// One name of a subjectAltName (RFC 5280 section 4.2.1.6).
Result<GENERAL_NAME*> general_name(const std::string& host) {
  GENERAL_NAME* name = GENERAL_NAME_new();
  check(name != nullptr, kNoMemory);
  if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str())) {
    GENERAL_NAME_set0_value(name, GEN_IPADD, address);
    return name;
  }
  ERR_clear_error();  // it is no address, which is no error
  if (!is_host_name(host)) {
    GENERAL_NAME_free(name);
    return fail(Code::invalid, "a certificate cannot be for '{}': no host name, no address", host);
  }
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  check(text && ASN1_STRING_set(text, host.data(), static_cast<int>(host.size())), kNoMemory);
  GENERAL_NAME_set0_value(name, GEN_DNS, text);
  return name;
}

struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
using Names = std::unique_ptr<GENERAL_NAMES, FreeNames>;

Result<Names> general_names(const std::vector<std::string>& hosts) {
  if (hosts.empty()) return fail(Code::invalid, "a certificate must be for a host");
  if (hosts.size() > CertificateAuthority::kMostHosts) {
    return fail(Code::limit, "a certificate may be for {} hosts, not {}",
                CertificateAuthority::kMostHosts, hosts.size());
  }
  Names names(GENERAL_NAMES_new());
  check(names != nullptr, kNoMemory);
  for (const std::string& host : hosts) {
    TRY(GENERAL_NAME * name, general_name(host));
    check(sk_GENERAL_NAME_push(names.get(), name) > 0, kNoMemory);
  }
  return names;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) return fail(Code::not_found, "cannot read {}", path);
  return text.str();
}

}  // namespace

Result<TlsIdentity> TlsIdentity::read(const std::string& certificate_path,
                                      const std::string& key_path) {
  TRY(std::string certificate, read_file(certificate_path));
  TRY(std::string key, read_file(key_path));
  return TlsIdentity{std::move(certificate), std::move(key)};
}

void CertificateAuthority::Free::operator()(x509_st* certificate) const { X509_free(certificate); }
void CertificateAuthority::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

CertificateAuthority::CertificateAuthority(Certificate certificate, Key key, std::string pem)
    : certificate_(std::move(certificate)), key_(std::move(key)), pem_(std::move(pem)) {}
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority& CertificateAuthority::operator=(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

Result<CertificateAuthority> CertificateAuthority::make(const std::string& name,
                                                        Validity validity) {
  if (name.empty() || name.size() > kLongestCommonName) {
    return fail(Code::invalid, "an authority's name has 1 to {} bytes", kLongestCommonName);
  }
  Key key(EVP_EC_gen("P-256"));
  check(key != nullptr, "OpenSSL cannot make a P-256 key");
  Certificate certificate(begin_certificate(name, nullptr, key.get(), validity));
  X509* self = certificate.get();
  add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(self, self, NID_subject_key_identifier, "hash");
  check(X509_sign(self, key.get(), EVP_sha256()) > 0, "a certificate cannot be signed");
  std::string pem = certificate_pem(self);
  return CertificateAuthority(std::move(certificate), std::move(key), std::move(pem));
}

Result<TlsIdentity> CertificateAuthority::issue(const std::vector<std::string>& hosts,
                                                Validity validity) const {
  TRY(Names names, general_names(hosts));
  // Longer names do not fit a common name; a certificate without any says so in its names alone.
  const bool fits = hosts[0].size() <= kLongestCommonName;
  const Key key(EVP_EC_gen("P-256"));
  check(key != nullptr, "OpenSSL cannot make a P-256 key");
  const Certificate certificate(begin_certificate(
      fits ? hosts[0] : "", X509_get_subject_name(certificate_.get()), key.get(), validity));
  X509* self = certificate.get();
  X509* issuer = certificate_.get();
  add_extension(self, issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(self, issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(self, issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(self, issuer, NID_subject_key_identifier, "hash");
  add_extension(self, issuer, NID_authority_key_identifier, "keyid");
  check(X509_add1_ext_i2d(self, NID_subject_alt_name, names.get(), fits ? 0 : 1, 0) == 1,
        kNoMemory);
  check(X509_sign(self, key_.get(), EVP_sha256()) > 0, "a certificate cannot be signed");
  return TlsIdentity{certificate_pem(self), key_pem(key.get())};
}

}  // namespace peregrine::io
