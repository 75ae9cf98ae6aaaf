#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "io/tls.h"

namespace peregrine::io {

using base::check;
using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr size_t kMostCertificates = 1'000;   // in one PEM text
constexpr size_t kLongestProtocol = 255;      // RFC 7301 section 3.1
constexpr size_t kMostProtocolBytes = 4'096;  // of all names together

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(STACK_OF(X509) * chain) const { sk_X509_pop_free(chain, X509_free); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Bio = std::unique_ptr<BIO, Free>;

// The latest of OpenSSL's complaints; they are of this thread and must not stay.
std::string complaint() {
  const unsigned long error = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(error);
  ERR_clear_error();
  return reason ? reason : "it is not what it should be";
}

Bio bio_of(const std::string& text) {
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  check(bio != nullptr, "OpenSSL has no memory");
  return bio;
}

Result<std::vector<Certificate>> certificates_of(const std::string& pem) {
  std::vector<Certificate> list;
  const Bio bio = bio_of(pem);
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    list.emplace_back(next);
    if (list.size() > kMostCertificates) {
      return fail(Code::limit, "more than {} certificates in one text", kMostCertificates);
    }
  }
  // It reads until it finds no further one, and calls that an error too.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string why = complaint();
  if (list.empty()) return fail(Code::invalid, "no certificate is in the text: {}", why);
  if (!at_end) return fail(Code::invalid, "a certificate cannot be read: {}", why);
  return list;
}

// A TlsIdentity as OpenSSL holds it.
struct Loaded {
  Certificate certificate;
  std::unique_ptr<EVP_PKEY, Free> key;
  std::unique_ptr<STACK_OF(X509), Free> chain;

  static Result<Loaded> of(const TlsIdentity& identity) {
    TRY(auto list, certificates_of(identity.certificate));
    Loaded loaded;
    loaded.certificate = std::move(list[0]);
    loaded.chain.reset(sk_X509_new_null());
    check(loaded.chain != nullptr, "OpenSSL has no memory");
    for (size_t i = 1; i < list.size(); ++i) {
      check(sk_X509_push(loaded.chain.get(), list[i].release()) > 0, "OpenSSL has no memory");
    }
    const Bio bio = bio_of(identity.key);
    // Without a password to give: an encrypted key is refused, not asked for on the terminal.
    char nothing[] = "";
    loaded.key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nothing));
    if (!loaded.key) return fail(Code::invalid, "the key cannot be read: {}", complaint());
    if (X509_check_private_key(loaded.certificate.get(), loaded.key.get()) != 1) {
      ERR_clear_error();
      return fail(Code::invalid, "the key is not the certificate's");
    }
    return loaded;
  }

  bool is_for(const std::string& name) const {
    return X509_check_host(certificate.get(), name.data(), name.size(),
                           X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
  }
  bool use(SSL* ssl) const {
    return SSL_use_cert_and_key(ssl, certificate.get(), key.get(), chain.get(), 1) == 1;
  }
};

Result<> trust(SSL_CTX* context, const std::string& pem) {
  TRY(auto list, certificates_of(pem));
  for (const Certificate& certificate : list) {
    check(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get()) == 1,
          "a certificate cannot be trusted");
  }
  return {};
}

SSL_CTX* make_context(const SSL_METHOD* method) {
  SSL_CTX* context = SSL_CTX_new(method);
  check(context != nullptr, "OpenSSL cannot make a context");
  check(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1, "TLS 1.2 is not known");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  return context;
}

}  // namespace

// ---- What a server decides during a handshake

struct TlsContext::ServerSide {
  std::vector<Loaded> identities;
  decltype(TlsServerConfig::identity_for) identity_for;

  // OpenSSL calls these with the context.
  static int choose_identity(SSL* ssl, void* context) {
    const ServerSide& self = *static_cast<const TlsContext*>(context)->server_;
    const char* asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    return self.use_identity_for(ssl, asked ? asked : "") ? 1 : 0;
  }
  bool use_identity_for(SSL* ssl, const std::string& name) const {
    const auto found = std::ranges::find_if(
        identities, [&](const Loaded& identity) { return !name.empty() && identity.is_for(name); });
    if (found != identities.end()) return found->use(ssl);
    if (identity_for && !name.empty()) {
      Result<TlsIdentity> made = identity_for(name);
      if (!made) return false;
      Result<Loaded> loaded = Loaded::of(*made);
      return loaded && loaded->use(ssl);
    }
    return !identities.empty() && identities.front().use(ssl);
  }

  static int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                             const unsigned char* offered, unsigned int offered_size,
                             void* context) {
    const std::string& ours = static_cast<const TlsContext*>(context)->protocols_;
    unsigned char* chosen = nullptr;
    const int how = SSL_select_next_proto(
        &chosen, out_size, reinterpret_cast<const unsigned char*>(ours.data()),
        static_cast<unsigned>(ours.size()), offered, offered_size);
    *out = chosen;
    return how == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
  }
};

// ---- TlsContext

TlsContext::TlsContext(ssl_ctx_st* context) : context_(context) {}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Result<std::string> TlsContext::protocol_list(const std::vector<std::string>& protocols) {
  std::string list;
  for (const std::string& name : protocols) {
    if (name.empty() || name.size() > kLongestProtocol) {
      return fail(Code::invalid, "a protocol's name has 1 to {} bytes", kLongestProtocol);
    }
    list += static_cast<char>(static_cast<unsigned char>(name.size()));
    list += name;
  }
  if (list.size() > kMostProtocolBytes) return fail(Code::limit, "too many protocols");
  return list;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::for_client(TlsClientConfig config) {
  std::shared_ptr<TlsContext> self(new TlsContext(make_context(TLS_client_method())));
  SSL_CTX* context = self->context_;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (config.trust_system) SSL_CTX_set_default_verify_paths(context);
  ERR_clear_error();  // a system without authorities has none to trust
  if (!config.trusted.empty()) TRY_OK(trust(context, config.trusted));
  if (!config.identity.key.empty()) {
    TRY(Loaded own, Loaded::of(config.identity));
    check(SSL_CTX_use_cert_and_key(context, own.certificate.get(), own.key.get(), own.chain.get(),
                                   1) == 1,
          "a certificate that fits its key is not taken");
  }
  TRY(self->protocols_, protocol_list(config.protocols));
  const auto* names = reinterpret_cast<const unsigned char*>(self->protocols_.data());
  check(
      SSL_CTX_set_alpn_protos(context, names, static_cast<unsigned>(self->protocols_.size())) == 0,
      "ALPN's names are not taken");
  return self;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::for_server(TlsServerConfig config) {
  if (config.identities.empty() && !config.identity_for) {
    return fail(Code::invalid, "a TLS server needs a certificate");
  }
  std::shared_ptr<TlsContext> self(new TlsContext(make_context(TLS_server_method())));
  SSL_CTX* context = self->context_;
  self->server_ = std::make_unique<ServerSide>();
  for (const TlsIdentity& identity : config.identities) {
    TRY(Loaded loaded, Loaded::of(identity));
    self->server_->identities.push_back(std::move(loaded));
  }
  self->server_->identity_for = std::move(config.identity_for);
  SSL_CTX_set_cert_cb(context, ServerSide::choose_identity, self.get());
  TRY(self->protocols_, protocol_list(config.protocols));
  if (!self->protocols_.empty()) {
    SSL_CTX_set_alpn_select_cb(context, ServerSide::choose_protocol, self.get());
  }
  if (!config.client_authorities.empty()) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    TRY_OK(trust(context, config.client_authorities));
    TRY(auto list, certificates_of(config.client_authorities));
    for (const Certificate& authority : list) SSL_CTX_add_client_CA(context, authority.get());
  }
  return self;
}

}  // namespace peregrine::io
