#include "io/tls.h"

#include <gtest/gtest.h>

#include "io/memory_stream.h"
#include "io/scope.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Error;
using base::Result;
using Context = std::shared_ptr<const TlsContext>;

constexpr base::WallTime kYear2000{std::chrono::seconds(946'684'800)};
constexpr base::WallTime kYear2090{std::chrono::seconds(3'786'912'000)};

struct Side {
  std::unique_ptr<TlsStream> stream;
  Result<> outcome;
};

Task<void> accept(Side& side, std::unique_ptr<Stream> below, Context context, Deadline deadline) {
  auto made = co_await TlsStream::accept(std::move(below), std::move(context), deadline);
  if (made) side.stream = *std::move(made);
  if (!made) side.outcome = std::unexpected(made.error());
}

Task<void> connect(Side& side, std::unique_ptr<Stream> below, Context context, std::string host,
                   Deadline deadline) {
  auto made =
      co_await TlsStream::connect(std::move(below), std::move(context), std::move(host), deadline);
  if (made) side.stream = *std::move(made);
  if (!made) side.outcome = std::unexpected(made.error());
}

Task<Result<>> wait_all(Scope& scope) { co_return co_await scope.join(Deadline::never()); }

Task<void> send_all(Stream& stream, std::string bytes) {
  if (co_await stream.send(bytes, stream.loop().in(5s))) {
    (void)co_await stream.finish_sending(stream.loop().in(5s));
  }
}

// All that comes until the end, or the error's code and text.
Task<std::string> receive_all(Stream& stream) {
  std::string text;
  std::vector<char> buffer(5'000);
  for (;;) {
    Result<size_t> n = co_await stream.receive(buffer, stream.loop().in(5s));
    if (!n) co_return fmt::format("{} [{}: {}]", text, to_string(n.error().code), n.error().text);
    if (*n == 0) co_return text;
    text.append(buffer.data(), *n);
  }
}

Task<void> receive_into(Stream& stream, std::string& text) { text = co_await receive_all(stream); }

class TlsTest : public testing::Test {
 protected:
  TlsIdentity issue(const std::string& host) { return *authority_.issue({host}); }
  static Context server_of(TlsServerConfig config) {
    auto context = TlsContext::for_server(std::move(config));
    EXPECT_TRUE(context) << context.error().to_string();
    return *context;
  }
  Context client_of(TlsClientConfig config = {}) {
    config.trust_system = false;
    if (config.trusted.empty()) config.trusted = authority_.certificate();
    return *TlsContext::for_client(std::move(config));
  }
  void shake(Context client, Context server, std::string host = "shop.test") {
    auto [near, far] = MemoryStream::pair(*loop_);
    run_both(connect(client_, std::move(near), std::move(client), std::move(host), loop_->in(5s)),
             accept(server_, std::move(far), std::move(server), loop_->in(5s)));
  }
  void run_both(Task<void> one, Task<void> other) {
    Scope scope(*loop_);
    scope.spawn(std::move(one));
    scope.spawn(std::move(other));
    ASSERT_TRUE(loop_->run(wait_all(scope)));
  }
  void expect_refused(const Side& side, std::string_view text) {
    ASSERT_FALSE(side.outcome);
    EXPECT_EQ(side.outcome.error().code, Code::refused);
    EXPECT_EQ(side.outcome.error().text, text);
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  CertificateAuthority authority_ = *CertificateAuthority::make("Test Authority");
  Side client_;
  Side server_;
};

TEST_F(TlsTest, CarriesMuchBothWaysAtOnceAndEndsProperly) {
  shake(client_of(), server_of({.identities = {issue("shop.test")}}));
  ASSERT_TRUE(client_.stream && server_.stream);
  EXPECT_EQ(client_.stream->version(), "TLSv1.3");
  EXPECT_EQ(client_.stream->peer(), "CN=shop.test");
  EXPECT_EQ(server_.stream->peer(), "");
  EXPECT_EQ(server_.stream->asked_name(), "shop.test");
  EXPECT_TRUE(client_.stream->is_quiet());
  const std::string there(1'000'000, 'a');
  const std::string back(3'000'000, 'b');
  std::string at_server;
  std::string at_client;
  Scope scope(*loop_);
  scope.spawn(send_all(*client_.stream, there));
  scope.spawn(send_all(*server_.stream, back));
  scope.spawn(receive_into(*client_.stream, at_client));
  scope.spawn(receive_into(*server_.stream, at_server));
  ASSERT_TRUE(loop_->run(wait_all(scope)));
  EXPECT_TRUE(at_server == there) << at_server.size();
  EXPECT_TRUE(at_client == back) << at_client.size();
  EXPECT_FALSE(client_.stream->is_quiet());
}

// What is below takes a few bytes at once, and then none until it is asked to wait.
class Narrow final : public Stream {
 public:
  Narrow(std::unique_ptr<Stream> below, size_t takes) : below_(std::move(below)), takes_(takes) {}
  Task<Result<size_t>> receive(std::span<char> into, Deadline deadline) override {
    return below_->receive(into, deadline);
  }
  size_t send_now(std::string_view bytes) override {
    const std::string_view taken = bytes.substr(0, takes_);
    taken_ += taken;
    return taken.size();
  }
  Task<Result<>> send(std::string_view bytes, Deadline deadline) override {
    taken_ += bytes;
    const std::string all = std::exchange(taken_, "");
    co_return co_await below_->send(all, deadline);
  }
  Task<Result<>> finish_sending(Deadline deadline) override {
    CO_TRY_OK(co_await send({}, deadline));
    co_return co_await below_->finish_sending(deadline);
  }
  void abort() override { below_->abort(); }
  bool is_quiet() const override { return below_->is_quiet(); }
  Loop& loop() override { return below_->loop(); }

 private:
  std::unique_ptr<Stream> below_;
  size_t takes_;
  std::string taken_;
};

Task<void> send_now_and_then(Stream& stream, size_t& at_once, size_t times) {
  for (size_t i = 0; i < times; ++i) {
    const std::string bytes = fmt::format("<message {} of some length>", i);
    std::string_view rest = bytes;
    const size_t sent = stream.send_now(rest);
    at_once += sent;
    rest.remove_prefix(sent);
    if (!rest.empty() && !co_await stream.send(rest, stream.loop().in(5s))) co_return;
  }
  (void)co_await stream.finish_sending(stream.loop().in(5s));
}

TEST_F(TlsTest, WhatIsSentAtOnceComesOnceWhateverIsTakenOfIt) {
  for (const size_t takes : {size_t{0}, size_t{1}, size_t{7}, size_t{40}, size_t{1'000}}) {
    auto [near, far] = MemoryStream::pair(*loop_);
    run_both(connect(client_, std::make_unique<Narrow>(std::move(near), takes), client_of(),
                     "shop.test", loop_->in(5s)),
             accept(server_, std::move(far), server_of({.identities = {issue("shop.test")}}),
                    loop_->in(5s)));
    ASSERT_TRUE(client_.stream && server_.stream);
    std::string at_server;
    size_t at_once = 0;
    run_both(send_now_and_then(*client_.stream, at_once, 3),
             receive_into(*server_.stream, at_server));
    EXPECT_EQ(at_server,
              "<message 0 of some length><message 1 of some length><message 2 of some length>");
    EXPECT_EQ(at_once, takes == 1'000 ? at_server.size() : 0) << takes;
  }
}

TEST_F(TlsTest, ATruncatedStreamIsAnError) {
  shake(client_of(), server_of({.identities = {issue("shop.test")}}));
  ASSERT_TRUE(loop_->run(server_.stream->send("half of it", Deadline::never())));
  server_.stream.reset();
  EXPECT_EQ(loop_->run(receive_all(*client_.stream)),
            "half of it [closed: the connection was cut off: it ended without TLS's close_notify]");
}

TEST_F(TlsTest, TheCertificateMustBeForTheHost) {
  const Context server = server_of({.identities = {issue("shop.test")}});
  shake(client_of(), server, "bank.test");
  expect_refused(client_, "the certificate of bank.test is not accepted: hostname mismatch");
  expect_refused(server_,
                 "TLS handshake: the other side does not accept our certificate: "
                 "sslv3 alert bad certificate");
  shake(client_of(), server, "127.0.0.1");
  EXPECT_EQ(client_.outcome.error().text,
            "the certificate of 127.0.0.1 is not accepted: IP address mismatch");
}

TEST_F(TlsTest, AnAddressIsAHostToo) {
  shake(client_of(), server_of({.identities = {issue("::1")}}), "::1");
  ASSERT_TRUE(client_.stream && server_.stream);
  EXPECT_EQ(server_.stream->asked_name(), "");
}

TEST_F(TlsTest, RefusesCertificatesThatExpiredOrAreNotValidYet) {
  const TlsIdentity old = *authority_.issue({"shop.test"}, {.until = kYear2000});
  shake(client_of(), server_of({.identities = {old}}));
  expect_refused(client_, "the certificate of shop.test is not accepted: certificate has expired");
  const TlsIdentity early = *authority_.issue({"shop.test"}, {.from = kYear2090});
  shake(client_of(), server_of({.identities = {early}}));
  expect_refused(client_,
                 "the certificate of shop.test is not accepted: certificate is not yet valid");
}

TEST_F(TlsTest, RefusesCertificatesOfNobodyItTrusts) {
  const auto other = *CertificateAuthority::make("Other");
  const Context server = server_of({.identities = {issue("shop.test")}});
  shake(client_of({.trusted = other.certificate()}), server);
  expect_refused(client_,
                 "the certificate of shop.test is not accepted: "
                 "unable to get local issuer certificate");
  expect_refused(server_,
                 "TLS handshake: the other side does not accept our certificate: "
                 "tlsv1 alert unknown ca");
}

TEST_F(TlsTest, AServerTakesTheCertificateOfTheNameThatIsAskedFor) {
  const Context server =
      server_of({.identities = {issue("first.test"), issue("*.shop.test")},
                 .identity_for = [this](const std::string& name) -> Result<TlsIdentity> {
                   if (name == "unknown.test") return base::fail(Code::not_found, "no such host");
                   return authority_.issue({name});
                 }});
  for (const char* name : {"first.test", "a.shop.test", "made.test"}) {
    shake(client_of(), server, name);
    ASSERT_TRUE(client_.stream && server_.stream) << client_.outcome.error().to_string();
    EXPECT_EQ(server_.stream->asked_name(), name);
  }
  EXPECT_EQ(client_.stream->peer(), "CN=made.test");
  shake(client_of(), server, "unknown.test");
  ASSERT_FALSE(client_.outcome);
  EXPECT_EQ(client_.outcome.error().code, Code::protocol);
}

TEST_F(TlsTest, AClientWithoutAKnownNameGetsTheFirstCertificate) {
  const Context server = server_of({.identities = {issue("first.test"), issue("second.test")}});
  shake(client_of(), server, "third.test");
  expect_refused(client_, "the certificate of third.test is not accepted: hostname mismatch");
}

TEST_F(TlsTest, AgreesOnAProtocolOrRefuses) {
  const TlsIdentity identity = issue("shop.test");
  const Context server = server_of({.identities = {identity}, .protocols = {"h2", "http/1.1"}});
  shake(client_of({.protocols = {"http/1.1", "h2"}}), server);
  EXPECT_EQ(client_.stream->protocol(), "h2");
  EXPECT_EQ(server_.stream->protocol(), "h2");
  shake(client_of(), server);
  EXPECT_EQ(client_.stream->protocol(), "");
  shake(client_of({.protocols = {"smtp"}}), server);
  ASSERT_FALSE(client_.outcome);
  EXPECT_EQ(client_.outcome.error().text, "TLS handshake: tlsv1 alert no application protocol");
  shake(client_of({.protocols = {"smtp"}}), server_of({.identities = {identity}}));
  EXPECT_EQ(client_.stream->protocol(), "");
}

Task<void> connect_offering(Side& side, std::unique_ptr<Stream> below, Context context,
                            std::vector<std::string> protocols, Deadline deadline) {
  Result<std::unique_ptr<TlsStream>> stream =
      TlsStream::client(std::move(below), std::move(context), "shop.test");
  side.outcome = stream ? (*stream)->offer(protocols) : std::unexpected(stream.error());
  if (side.outcome) side.outcome = co_await (*stream)->handshake(deadline);
  if (stream) side.stream = *std::move(stream);
}

TEST_F(TlsTest, AClientMayOfferOtherProtocolsThanItsContext) {
  const Context server =
      server_of({.identities = {issue("shop.test")}, .protocols = {"h2", "http/1.1"}});
  const Context client = client_of({.protocols = {"http/1.1"}});
  for (const std::string name : {"h2", "http/1.1"}) {
    auto [near, far] = MemoryStream::pair(*loop_);
    run_both(connect_offering(client_, std::move(near), client, {"smtp", name}, loop_->in(5s)),
             accept(server_, std::move(far), server, loop_->in(5s)));
    EXPECT_EQ(client_.stream->protocol(), name);
  }
}

// ---- Certificates of clients

class ClientCertificateTest : public TlsTest {
 protected:
  Context strict() {
    return server_of(
        {.identities = {issue("shop.test")}, .client_authorities = authority_.certificate()});
  }
  // In TLS 1.3 a client learns what became of its certificate when it next receives.
  std::string told_to_client() { return loop_->run(receive_all(*client_.stream)); }
};

TEST_F(ClientCertificateTest, AreTakenFromATrustedAuthority) {
  shake(client_of({.identity = issue("anna.test")}), strict());
  ASSERT_TRUE(server_.stream);
  EXPECT_EQ(server_.stream->peer(), "CN=anna.test");
}

TEST_F(ClientCertificateTest, AreRequired) {
  shake(client_of(), strict());
  ASSERT_FALSE(server_.outcome);
  EXPECT_EQ(server_.outcome.error().text, "TLS handshake: peer did not return a certificate");
  EXPECT_EQ(told_to_client(),
            " [refused: receive over TLS: the other side does not accept our certificate: "
            "tlsv13 alert certificate required]");
}

TEST_F(ClientCertificateTest, AreRefusedFromAnyOther) {
  const auto other = *CertificateAuthority::make("Other");
  shake(client_of({.identity = *other.issue({"eve.test"})}), strict());
  expect_refused(server_,
                 "the certificate of the client is not accepted: "
                 "unable to get local issuer certificate");
  EXPECT_EQ(told_to_client(),
            " [refused: receive over TLS: the other side does not accept our certificate: "
            "tlsv1 alert unknown ca]");
}

// ---- Who does not speak TLS

Task<void> speak(Stream& stream, std::string bytes) {
  (void)co_await stream.send(bytes, Deadline::never());
}

TEST_F(TlsTest, GarbageInsteadOfAHandshakeIsAProtocolError) {
  const Context server = server_of({.identities = {issue("shop.test")}});
  for (const char* bytes : {"GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x00\x05hello",
                            "\x15\x03\x03"
                            "\x00"}) {
    auto [near, far] = MemoryStream::pair(*loop_);
    run_both(speak(*near, std::string(bytes) + std::string(100, '\0')),
             accept(server_, std::move(far), server, loop_->in(5s)));
    ASSERT_FALSE(server_.outcome) << bytes;
    EXPECT_EQ(server_.outcome.error().code, Code::protocol) << bytes;
  }
  auto [near, far] = MemoryStream::pair(*loop_);
  run_both(connect(client_, std::move(near), client_of(), "shop.test", loop_->in(5s)),
           speak(*far, "220 mail.test ESMTP\r\n"));
  ASSERT_FALSE(client_.outcome);
  EXPECT_EQ(client_.outcome.error().text, "TLS handshake: wrong version number");
}

TEST_F(TlsTest, AHandshakeHasADeadlineAndNoticesTheEnd) {
  auto [near, far] = MemoryStream::pair(*loop_);
  run_both(connect(client_, std::move(near), client_of(), "shop.test", loop_->in(1ms)),
           speak(*far, ""));
  ASSERT_FALSE(client_.outcome);
  EXPECT_EQ(client_.outcome.error().code, Code::timeout);
  auto [other_near, other_far] = MemoryStream::pair(*loop_);
  other_far.reset();
  loop_->run(connect(client_, std::move(other_near), client_of(), "shop.test", loop_->in(5s)));
  EXPECT_EQ(client_.outcome.error().code, Code::closed);
}

TEST_F(TlsTest, ABrokenRecordIsAProtocolError) {
  auto [near, middle_near] = MemoryStream::pair(*loop_);
  auto* spoiled = middle_near.get();
  const Context context = server_of({.identities = {issue("shop.test")}});
  run_both(connect(client_, std::move(near), client_of(), "shop.test", loop_->in(5s)),
           accept(server_, std::move(middle_near), context, loop_->in(5s)));
  ASSERT_TRUE(server_.stream);
  ASSERT_TRUE(loop_->run(spoiled->send(
      std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'), Deadline::never())));
  EXPECT_EQ(loop_->run(receive_all(*client_.stream)),
            " [protocol: receive over TLS: decryption failed or bad record mac]");
}

TEST_F(TlsTest, WhatCannotBeUsedIsRefusedBeforehand) {
  const TlsIdentity one = issue("one.test");
  const TlsIdentity two = issue("two.test");
  auto why = [](const auto& context) { return context.error().text; };
  EXPECT_EQ(why(TlsContext::for_server({})), "a TLS server needs a certificate");
  EXPECT_EQ(why(TlsContext::for_server({.identities = {{one.certificate, two.key}}})),
            "the key is not the certificate's");
  EXPECT_EQ(why(TlsContext::for_server({.identities = {{"", one.key}}})),
            "no certificate is in the text: no start line");
  EXPECT_EQ(why(TlsContext::for_server({.identities = {{one.certificate, "x"}}})),
            "the key cannot be read: unsupported");
  EXPECT_EQ(why(TlsContext::for_client({.protocols = {""}})),
            "a protocol's name has 1 to 255 bytes");
  auto [near, far] = MemoryStream::pair(*loop_);
  EXPECT_EQ(TlsStream::client(std::move(near), client_of(), "").error().code, Code::invalid);
  EXPECT_EQ(TlsStream::client(std::move(far), client_of(), std::string(300, 'a')).error().code,
            Code::invalid);
}

}  // namespace
}  // namespace peregrine::io
