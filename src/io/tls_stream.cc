#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "io/socket.h"
#include "io/tls.h"

namespace peregrine::io {

using base::check;
using base::Code;
using base::fail;
using base::Result;

// OpenSSL reads and writes two buffers in memory; what is in them comes from and goes to the stream
// below:
//
//     receive ◀── SSL_read ◀── incoming ◀── fill ◀── below
//        send ──▶ SSL_write ──▶ outgoing ──▶ flush ──▶ below
//
// Reading may leave something to send too, such as the alert that refuses a renegotiation. One task
// flushes at a time, all there is; the other leaves it to that one, or waits for it.

namespace {

constexpr size_t kHandshakeBuffer = size_t{4} * 1024;
// Encrypted in one go, four records, and then sent.
constexpr size_t kPiece = size_t{64} * 1024;
// A peer that makes us want to say more than this, and never lets us, is up to no good.
constexpr size_t kMostOutgoing = size_t{256} * 1024;

// What the verification has to hold the certificate to. False for what cannot be a host.
bool expect_host(SSL* ssl, const std::string& host) {
  if (host.empty()) return false;  // to OpenSSL that would mean any host
  X509_VERIFY_PARAM* expected = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // SNI is for names only (RFC 6066 section 3).
  if (is_address(host)) return X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1;
  return X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) == 1 &&
         SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

bool is_certificate_alert(int reason) {
  static constexpr std::array kAlerts{SSL_AD_BAD_CERTIFICATE,     SSL_AD_UNSUPPORTED_CERTIFICATE,
                                      SSL_AD_CERTIFICATE_REVOKED, SSL_AD_CERTIFICATE_EXPIRED,
                                      SSL_AD_CERTIFICATE_UNKNOWN, SSL_AD_UNKNOWN_CA,
                                      SSL_AD_ACCESS_DENIED,       SSL_AD_CERTIFICATE_REQUIRED};
  return std::ranges::find(kAlerts, reason - SSL_AD_REASON_OFFSET) != kAlerts.end();
}

}  // namespace

// Also when the task that flushes is destroyed.
struct TlsStream::Flushing {
  explicit Flushing(TlsStream& its_stream) : stream(its_stream) { stream.flushing_ = true; }
  Flushing(const Flushing&) = delete;
  Flushing& operator=(const Flushing&) = delete;
  ~Flushing() {
    stream.flushing_ = false;
    stream.flushed_.notify_all();
  }
  TlsStream& stream;
};

TlsStream::TlsStream(std::unique_ptr<Stream> below, std::shared_ptr<const TlsContext> context)
    : below_(std::move(below)),
      context_(std::move(context)),
      ssl_(SSL_new(context_->context_)),
      flushed_(below_->loop()) {
  BIO* incoming = BIO_new(BIO_s_mem());
  BIO* outgoing = BIO_new(BIO_s_mem());
  check(ssl_ && incoming && outgoing, "OpenSSL has no memory");
  SSL_set_bio(ssl_, incoming, outgoing);  // it owns them
}

TlsStream::~TlsStream() { SSL_free(ssl_); }

Result<std::unique_ptr<TlsStream>> TlsStream::client(std::unique_ptr<Stream> below,
                                                     std::shared_ptr<const TlsContext> context,
                                                     std::string host) {
  std::unique_ptr<TlsStream> stream(new TlsStream(std::move(below), std::move(context)));
  if (!expect_host(stream->ssl_, host)) {
    ERR_clear_error();
    return fail(Code::invalid, "no certificate can be for '{}': it is no host", host);
  }
  stream->host_ = std::move(host);
  SSL_set_connect_state(stream->ssl_);
  return stream;
}

std::unique_ptr<TlsStream> TlsStream::server(std::unique_ptr<Stream> below,
                                             std::shared_ptr<const TlsContext> context) {
  std::unique_ptr<TlsStream> stream(new TlsStream(std::move(below), std::move(context)));
  SSL_set_accept_state(stream->ssl_);
  return stream;
}

Result<> TlsStream::offer(const std::vector<std::string>& protocols) {
  TRY(const std::string list, TlsContext::protocol_list(protocols));
  const auto* names = reinterpret_cast<const unsigned char*>(list.data());
  check(SSL_set_alpn_protos(ssl_, names, static_cast<unsigned>(list.size())) == 0,
        "ALPN's names are not taken");
  return {};
}

Task<Result<std::unique_ptr<TlsStream>>> TlsStream::connect(
    std::unique_ptr<Stream> below, std::shared_ptr<const TlsContext> context, std::string host,
    Deadline deadline) {
  CO_TRY(auto stream, client(std::move(below), std::move(context), std::move(host)));
  CO_TRY_OK(co_await stream->handshake(deadline));
  co_return stream;
}

Task<Result<std::unique_ptr<TlsStream>>> TlsStream::accept(
    std::unique_ptr<Stream> below, std::shared_ptr<const TlsContext> context, Deadline deadline) {
  std::unique_ptr<TlsStream> stream = server(std::move(below), std::move(context));
  CO_TRY_OK(co_await stream->handshake(deadline));
  co_return stream;
}

Task<Result<>> TlsStream::handshake(Deadline deadline) {
  std::vector<char> buffer(kHandshakeBuffer);
  for (;;) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_);
    if (result != 1 && SSL_get_error(ssl_, result) != SSL_ERROR_WANT_READ) {
      const std::unexpected<base::Error> why = failed(result, "TLS handshake");
      (void)co_await flush(deadline);  // the alert: the other side should know too
      co_return why;
    }
    CO_TRY_OK(co_await flush(deadline));
    if (result == 1) co_return Result<>{};
    CO_TRY_OK(co_await fill(buffer, deadline));
  }
}

Task<Result<size_t>> TlsStream::receive(std::span<char> into, Deadline deadline) {
  for (;;) {
    if (!has_nothing_to_read()) {
      ERR_clear_error();
      size_t read = 0;
      const int result = SSL_read_ex(ssl_, into.data(), into.size(), &read);
      if (result == 1) co_return read;
      const int why = SSL_get_error(ssl_, result);
      if (why == SSL_ERROR_ZERO_RETURN) co_return size_t{0};
      if (why != SSL_ERROR_WANT_READ) co_return failed(result, "receive over TLS");
    }
    if (const size_t answers = BIO_ctrl_pending(SSL_get_wbio(ssl_)); answers > 0) {
      if (answers > kMostOutgoing) {
        co_return fail(Code::limit, "receive over TLS: the other side asks for too many answers");
      }
      if (!flushing_) CO_TRY_OK(co_await flush(deadline));
    }
    // The caller's buffer serves for the encrypted bytes too: an idle stream needs none of its own.
    CO_TRY_OK(co_await fill(into, deadline));
  }
}

// Neither bytes nor an end that OpenSSL knows of.
bool TlsStream::has_nothing_to_read() const {
  return BIO_ctrl_pending(SSL_get_rbio(ssl_)) == 0 && SSL_has_pending(ssl_) == 0 &&
         SSL_get_shutdown(ssl_) == 0;
}

// What is below may take a record in part or not at all: the rest goes with the next send().
size_t TlsStream::send_now(std::string_view bytes) {
  BIO* outgoing = SSL_get_wbio(ssl_);
  const bool may = !bytes.empty() && bytes.size() <= kPiece && !flushing_ && whole_ &&
                   encrypted_ == 0 && BIO_ctrl_pending(outgoing) == 0;
  if (!may) return 0;
  ERR_clear_error();
  size_t written = 0;
  if (SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written) != 1) return 0;
  char* records = nullptr;
  const auto size = static_cast<size_t>(BIO_get_mem_data(outgoing, &records));
  const size_t sent = below_->send_now({records, size});
  if (sent == size) {
    (void)BIO_reset(outgoing);
    return written;
  }
  std::string gone(sent, '\0');
  check(sent == 0 || BIO_read(outgoing, gone.data(), static_cast<int>(sent)) > 0,
        "a buffer in memory gives less than it has");
  encrypted_ = written;
  return 0;
}

Task<Result<>> TlsStream::send(std::string_view bytes, Deadline deadline) {
  if (encrypted_ > 0) {
    bytes.remove_prefix(std::exchange(encrypted_, 0));
    CO_TRY_OK(co_await flush(deadline));
  }
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPiece);
    ERR_clear_error();
    size_t written = 0;
    const int result = SSL_write_ex(ssl_, piece.data(), piece.size(), &written);
    if (result != 1) co_return failed(result, "send over TLS");
    bytes.remove_prefix(written);
    CO_TRY_OK(co_await flush(deadline));
  }
  co_return Result<>{};
}

Task<Result<>> TlsStream::finish_sending(Deadline deadline) {
  ERR_clear_error();
  SSL_shutdown(ssl_);  // writes close_notify, once; what it gives says whether the peer's came
  ERR_clear_error();
  CO_TRY_OK(co_await flush(deadline));
  co_return co_await below_->finish_sending(deadline);
}

// Waits for bytes, which come to OpenSSL. REQUIRES: OpenSSL wants to read.
Task<Result<>> TlsStream::fill(std::span<char> buffer, Deadline deadline) {
  CO_TRY(const size_t n, co_await below_->receive(buffer, deadline));
  if (n == 0) {
    if (!SSL_is_init_finished(ssl_)) {
      co_return fail(Code::closed, "the connection ended during the TLS handshake");
    }
    co_return fail(Code::closed, "the connection was cut off: it ended without TLS's close_notify");
  }
  check(BIO_write(SSL_get_rbio(ssl_), buffer.data(), static_cast<int>(n)) == static_cast<int>(n),
        "OpenSSL has no memory");
  co_return Result<>{};
}

Task<Result<>> TlsStream::flush(Deadline deadline) {
  BIO* outgoing = SSL_get_wbio(ssl_);
  while (flushing_) CO_TRY_OK(co_await flushed_.wait(deadline));
  while (const size_t size = BIO_ctrl_pending(outgoing)) {
    if (!whole_) co_return fail(Code::closed, "a record was not sent whole: nothing can follow it");
    std::string bytes(size, '\0');
    check(BIO_read(outgoing, bytes.data(), static_cast<int>(size)) == static_cast<int>(size),
          "a buffer in memory gives less than it has");
    const Flushing now(*this);
    whole_ = false;
    CO_TRY_OK(co_await below_->send(bytes, deadline));
    whole_ = true;
  }
  co_return Result<>{};
}

std::unexpected<base::Error> TlsStream::failed(int result, std::string_view doing) const {
  const int kind = SSL_get_error(ssl_, result);
  const unsigned long error = ERR_peek_error();
  const int reason = ERR_GET_REASON(error);
  const char* words = ERR_reason_error_string(error);
  ERR_clear_error();
  const long verdict = SSL_get_verify_result(ssl_);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verdict != X509_V_OK) {
    return fail(Code::refused, "the certificate of {} is not accepted: {}",
                host_.empty() ? "the client" : host_, X509_verify_cert_error_string(verdict));
  }
  if (kind != SSL_ERROR_SSL || !words) return fail(Code::protocol, "{} failed", doing);
  if (is_certificate_alert(reason)) {
    return fail(Code::refused, "{}: the other side does not accept our certificate: {}", doing,
                words);
  }
  return fail(Code::protocol, "{}: {}", doing, words);
}

bool TlsStream::is_quiet() const { return has_nothing_to_read() && below_->is_quiet(); }

std::string TlsStream::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string TlsStream::version() const { return SSL_get_version(ssl_); }

std::string TlsStream::asked_name() const {
  const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
  return name ? name : "";
}

std::string TlsStream::peer() const {
  X509* certificate = SSL_get0_peer_certificate(ssl_);
  if (!certificate) return "";
  BIO* bio = BIO_new(BIO_s_mem());
  check(bio != nullptr, "OpenSSL has no memory");
  X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

}  // namespace peregrine::io
