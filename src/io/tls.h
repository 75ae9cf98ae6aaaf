// TLS 1.2 and 1.3 (RFC 5246, RFC 8446) over any stream, by OpenSSL.
//
//   TRY(auto context, TlsContext::for_client({.trusted = authority.certificate()}));
//   CO_TRY(auto stream,
//          co_await TlsStream::connect(std::move(socket), context, "shop.test", loop.in(5s)));
//
// A client always verifies the server: its chain, its time and its name. The end of a stream counts
// only with the other side's close_notify: without it bytes may be missing at the end, and that is
// an error. Sessions are not resumed and never renegotiated, so one handshake is like the other.
//
// Threads: a context may be used by several at once, a stream by its loop's alone.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/certificate.h"
#include "io/stream.h"

struct ssl_ctx_st;
struct ssl_st;

namespace peregrine::io {

struct TlsClientConfig {
  std::string trusted{};     // PEM: certificates of authorities
  bool trust_system = true;  // the system's authorities too; SSL_CERT_FILE says otherwise
  // What is shown to a server that asks for a certificate; without a key nothing is.
  TlsIdentity identity{};
  std::vector<std::string> protocols{};  // ALPN (RFC 7301), what is liked best first
};

struct TlsServerConfig {
  // The one whose certificate is for the name that the client asks for (SNI, RFC 6066) is taken;
  // the first for a client that asks for none, or for another.
  std::vector<TlsIdentity> identities{};
  // Asked when none of them is for the name, from within a handshake; may be empty. A failure ends
  // the handshake. It keeps what it made, if that should be made once.
  std::function<base::Result<TlsIdentity>(const std::string& name)> identity_for{};
  // A client that offers protocols, but none of these, is refused; unless there are none.
  std::vector<std::string> protocols{};
  // PEM: authorities whose certificate a client must have. Empty: clients are not asked for one.
  std::string client_authorities{};
};

// What all connections of one kind have in common.
class TlsContext {
 public:
  // Fail with Code::invalid if a certificate or key cannot be used.
  static base::Result<std::shared_ptr<const TlsContext>> for_client(TlsClientConfig config);
  static base::Result<std::shared_ptr<const TlsContext>> for_server(TlsServerConfig config);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

 private:
  friend class TlsStream;
  struct ServerSide;
  explicit TlsContext(ssl_ctx_st* context);
  // The list as ALPN writes it. Fails with Code::invalid or limit.
  static base::Result<std::string> protocol_list(const std::vector<std::string>& protocols);

  ssl_ctx_st* context_;
  std::string protocols_;  // as ALPN writes them
  std::unique_ptr<ServerSide> server_;
};

class TlsStream final : public Stream {
 public:
  // A stream after its handshake. `host` is the name or address that the certificate must be for.
  //
  // Fail with Code::refused if a certificate was not accepted, by us or the other side; protocol if
  // the other side does not speak TLS, or not as we do; invalid for what is no host; closed,
  // timeout, cancelled.
  static Task<base::Result<std::unique_ptr<TlsStream>>> connect(
      std::unique_ptr<Stream> below, std::shared_ptr<const TlsContext> context, std::string host,
      Deadline deadline);
  static Task<base::Result<std::unique_ptr<TlsStream>>> accept(
      std::unique_ptr<Stream> below, std::shared_ptr<const TlsContext> context, Deadline deadline);

  // The same in two steps, for who must be able to abort it during the handshake: nothing else may
  // be done with it before.
  static base::Result<std::unique_ptr<TlsStream>> client(std::unique_ptr<Stream> below,
                                                         std::shared_ptr<const TlsContext> context,
                                                         std::string host);
  static std::unique_ptr<TlsStream> server(std::unique_ptr<Stream> below,
                                           std::shared_ptr<const TlsContext> context);
  // For a client, before its handshake: offers these by ALPN, instead of its context's.
  base::Result<> offer(const std::vector<std::string>& protocols);
  Task<base::Result<>> handshake(Deadline deadline);
  ~TlsStream() override;

  Task<base::Result<size_t>> receive(std::span<char> into, Deadline deadline) override;
  size_t send_now(std::string_view bytes) override;
  Task<base::Result<>> send(std::string_view bytes, Deadline deadline) override;
  // Sends close_notify, and then no more below. A stream that ends without is cut off, for the
  // other side.
  Task<base::Result<>> finish_sending(Deadline deadline) override;
  // Who waits gets an error, for there was no close_notify.
  void abort() override { below_->abort(); }
  bool is_quiet() const override;
  Loop& loop() override { return below_->loop(); }

  std::string protocol() const override;
  std::string version() const;  // "TLSv1.3"
  // For a server: what the client asked for by SNI, empty if nothing.
  std::string asked_name() const;
  // Whom the other side's certificate names (RFC 4514), empty without a certificate.
  std::string peer() const;

 private:
  struct Flushing;
  TlsStream(std::unique_ptr<Stream> below, std::shared_ptr<const TlsContext> context);
  Task<base::Result<>> fill(std::span<char> buffer, Deadline deadline);
  Task<base::Result<>> flush(Deadline deadline);
  bool has_nothing_to_read() const;
  std::unexpected<base::Error> failed(int result, std::string_view doing) const;

  std::unique_ptr<Stream> below_;
  std::shared_ptr<const TlsContext> context_;
  ssl_st* ssl_;
  std::string host_;   // for a client
  bool whole_ = true;  // no record was lost in part
  // Of what is sent next so much is encrypted, and stands before OpenSSL's other bytes.
  size_t encrypted_ = 0;
  bool flushing_ = false;
  Signal flushed_;
};

}  // namespace peregrine::io
