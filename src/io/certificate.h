// X.509 certificates with EC keys (P-256): a private certification authority, and what it issues
// for hosts. Profile: RFC 5280. Everything is PEM text, so it can be written to files as it is.
//
//   TRY(CertificateAuthority authority, CertificateAuthority::make("Peregrine"));
//   TRY(TlsIdentity identity, authority.issue({"api.stripe.com", "127.0.0.1"}));
//
// A certificate takes some 0.1 ms to make. Any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

struct x509_st;
struct evp_pkey_st;

namespace peregrine::io {

// Who one is, and how one proves it.
struct TlsIdentity {
  std::string certificate;  // PEM: one's own certificate, then those that lead to the root, if any
  std::string key;          // PEM, not encrypted

  // From files, as they are. Fails with Code::not_found.
  static base::Result<TlsIdentity> read(const std::string& certificate_path,
                                        const std::string& key_path);
};

// When a certificate is valid, in whole seconds. By default wherever a play's clock may go.
struct Validity {
  base::WallTime from{};                                      // 1970-01-01
  base::WallTime until{std::chrono::seconds(4'102'444'799)};  // 2099-12-31 23:59:59
};

class CertificateAuthority {
 public:
  static constexpr size_t kMostHosts = 100;  // of one certificate

  // `name` is its common name, at most 64 bytes.
  static base::Result<CertificateAuthority> make(const std::string& name, Validity validity = {});
  CertificateAuthority(CertificateAuthority&&) noexcept;
  CertificateAuthority& operator=(CertificateAuthority&&) noexcept;
  ~CertificateAuthority();

  // PEM: what those have to trust who are to believe its certificates.
  const std::string& certificate() const { return pem_; }

  // A certificate for names ("shop.test", "*.shop.test") and addresses ("127.0.0.1", "::1"), good
  // for servers and for clients. Fails with Code::invalid for what is neither, limit for too many.
  base::Result<TlsIdentity> issue(const std::vector<std::string>& hosts,
                                  Validity validity = {}) const;

 private:
  struct Free {
    void operator()(x509_st* certificate) const;
    void operator()(evp_pkey_st* key) const;
  };
  using Certificate = std::unique_ptr<x509_st, Free>;
  using Key = std::unique_ptr<evp_pkey_st, Free>;
  CertificateAuthority(Certificate certificate, Key key, std::string pem);

  Certificate certificate_;
  Key key_;
  std::string pem_;
};

}  // namespace peregrine::io
