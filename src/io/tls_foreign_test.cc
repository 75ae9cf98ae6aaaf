// TLS against OpenSSL's own programs: our use of the library would hide a mistake made on both
// ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "io/foreign_program.h"
#include "io/scope.h"
#include "io/socket.h"
#include "io/tls.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;

using Context = std::shared_ptr<const TlsContext>;

struct Greeting {
  std::string what;
  Result<> outcome;
};

// Takes one connection, answers a line with the line, ends properly.
Task<void> answer_once(Listener& listener, Context context, Greeting& greeting) {
  Loop& loop = listener.loop();
  Result<Socket> socket = co_await listener.accept(loop.in(10s));
  if (!socket) co_return;
  auto below = std::make_unique<Socket>(*std::move(socket));
  auto stream = co_await TlsStream::accept(std::move(below), std::move(context), loop.in(10s));
  if (!stream) {
    greeting.outcome = std::unexpected(stream.error());
    co_return;
  }
  greeting.what =
      fmt::format("{} {} {}", (*stream)->version(), (*stream)->asked_name(), (*stream)->protocol());
  std::string line;
  std::vector<char> buffer(100);
  while (!line.ends_with('\n')) {
    Result<size_t> n = co_await (*stream)->receive(buffer, loop.in(10s));
    if (!n) greeting.outcome = std::unexpected(n.error());
    if (!n || *n == 0) co_return;
    line.append(buffer.data(), *n);
  }
  (void)co_await (*stream)->send("you said " + line, loop.in(10s));
  (void)co_await (*stream)->finish_sending(loop.in(10s));
}

Task<Result<std::string>> ask(Loop& loop, uint16_t port, Context context, std::string host,
                              std::string question) {
  CO_TRY(Socket socket, co_await Socket::connect(loop, {"127.0.0.1", port, ""}, loop.in(10s)));
  CO_TRY(auto stream,
         co_await TlsStream::connect(std::make_unique<Socket>(std::move(socket)),
                                     std::move(context), std::move(host), loop.in(10s)));
  CO_TRY_OK(co_await stream->send(question, loop.in(10s)));
  std::string answer = stream->version() + " " + stream->protocol() + " ";
  std::vector<char> buffer(100);
  while (!answer.ends_with('\n')) {
    CO_TRY(const size_t n, co_await stream->receive(buffer, loop.in(10s)));
    if (n == 0) break;
    answer.append(buffer.data(), n);
  }
  CO_TRY_OK(co_await stream->finish_sending(loop.in(10s)));
  co_return answer;
}

class OpensslTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!ForeignProgram::installed("openssl")) GTEST_SKIP() << "openssl is not installed";
    std::string name = std::filesystem::temp_directory_path() / "tls_foreign_test_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::current_path(folder_);
    write("authority.pem", authority_.certificate());
    write("other.pem", other_.certificate());
    save("shop", *authority_.issue({"shop.test"}));
    save("eve", *other_.issue({"eve.test"}));
  }
  void TearDown() override {
    std::filesystem::current_path("/");
    std::filesystem::remove_all(folder_);
    EXPECT_EQ(frames::alive(), 0U);
  }
  static void write(const std::string& name, const std::string& text) {
    std::ofstream(name) << text;
  }
  static void save(const std::string& name, const TlsIdentity& identity) {
    write(name + ".pem", identity.certificate);
    write(name + ".key", identity.key);
  }

  // What is typed, and what s_client says to it before the next is typed.
  struct Typed {
    std::string text;
    std::string until;
  };
  // All that s_client says when it connects to a server of ours.
  std::string s_client(TlsServerConfig config, const std::string& arguments,
                       const std::vector<Typed>& dialogue = {{"hello", "^closed"}}) {
    const Context context = *TlsContext::for_server(std::move(config));
    Listener listener = *Listener::open(*loop_, {"127.0.0.1", 0, ""});
    Scope scope(*loop_);
    greeting_ = {};
    scope.spawn(answer_once(listener, context, greeting_));
    std::string keyboard;
    for (const Typed& typed : dialogue) {
      keyboard +=
          fmt::format("echo {}; until grep -q \"{}\" out || [ -e ended ]; do sleep 0.01; done;",
                      typed.text, typed.until);
    }
    const std::string command = fmt::format(
        "rm -f out ended; ({}) | (timeout 10 openssl s_client -connect {} {} >out 2>&1; "
        "touch ended); cat out",
        keyboard, listener.address().to_string(), arguments);
    Result<std::string> said = loop_->run(output_of(*loop_, command));
    return said ? *said : said.error().to_string();
  }
  TlsServerConfig shop() {
    return {.identities = {{*TlsIdentity::read("shop.pem", "shop.key")}}, .protocols = {"echo/1"}};
  }

  // What a client of ours gets from s_server, which gives a line back reversed.
  Result<std::string> from_s_server(std::string arguments, TlsClientConfig config,
                                    std::string host = "shop.test") {
    config.trust_system = false;
    config.trusted = authority_.certificate();
    return loop_->run(run_s_server(*loop_, std::move(arguments),
                                   *TlsContext::for_client(std::move(config)), std::move(host)));
  }
  static Task<Result<std::string>> run_s_server(Loop& loop, std::string arguments, Context context,
                                                std::string host) {
    ForeignProgram server(loop,
                          "exec timeout 10 openssl s_server -accept 127.0.0.1:0 -naccept 1 "
                          "-rev " +
                              arguments);
    std::string said;
    size_t at = std::string::npos;
    while ((at = said.find("ACCEPT 127.0.0.1:")) == std::string::npos || !said.ends_with('\n')) {
      CO_TRY(const std::string more, co_await server.read_until("\n", loop.in(10s)));
      if (more.empty()) co_return base::fail(Code::failed, "s_server: {}", said);
      said += more;
    }
    const auto port = static_cast<uint16_t>(std::stoi(said.substr(at + 17)));
    co_return co_await ask(loop, port, std::move(context), std::move(host), "abc\n");
  }

  std::filesystem::path folder_;
  std::unique_ptr<Loop> loop_ = *Loop::create();
  CertificateAuthority authority_ = *CertificateAuthority::make("Test Authority");
  CertificateAuthority other_ = *CertificateAuthority::make("Other");
  Greeting greeting_;
};

#define EXPECT_CONTAINS(text, part) \
  EXPECT_NE((text).find(part), std::string::npos) << "in: " << (text)

TEST_F(OpensslTest, AClientIsServed) {
  for (const char* version : {"-tls1_2", "-tls1_3"}) {
    const std::string said = s_client(
        shop(), fmt::format("{} -servername shop.test -verify_hostname shop.test -alpn echo/1 "
                            "-CAfile authority.pem -verify_return_error",
                            version));
    EXPECT_CONTAINS(said, "Verification: OK");
    EXPECT_CONTAINS(said, "you said hello");
    EXPECT_CONTAINS(said, "ALPN protocol: echo/1");
    EXPECT_CONTAINS(said, "closed\n");
    EXPECT_EQ(greeting_.what, fmt::format("TLSv1.{} shop.test echo/1", version[6]));
    EXPECT_TRUE(greeting_.outcome);
  }
}

TEST_F(OpensslTest, AClientThatDoesNotTrustUsSaysSo) {
  const std::string said = s_client(shop(), "-CAfile other.pem -verify_return_error");
  EXPECT_CONTAINS(said, "unable to get local issuer certificate");
  ASSERT_FALSE(greeting_.outcome);
  EXPECT_EQ(greeting_.outcome.error().code, Code::refused);
}

TEST_F(OpensslTest, OldVersionsAreRefused) {
  const std::string said =
      s_client(shop(), "-tls1_1 -cipher DEFAULT@SECLEVEL=0 -CAfile authority.pem");
  EXPECT_CONTAINS(said, "alert protocol version");
  ASSERT_FALSE(greeting_.outcome);
  EXPECT_EQ(greeting_.outcome.error().text, "TLS handshake: unsupported protocol");
}

TEST_F(OpensslTest, RenegotiationIsRefused) {
  const std::string said =
      s_client(shop(), "-tls1_2 -CAfile authority.pem", {{"R", "no renegotiation"}});
  EXPECT_CONTAINS(said, "RENEGOTIATING");
  EXPECT_CONTAINS(said, "no renegotiation");
}

TEST_F(OpensslTest, KeysAreUpdatedWhenAskedFor) {
  const std::string said =
      s_client(shop(), "-tls1_3 -CAfile authority.pem", {{"K", "KEYUPDATE"}, {"hello", "^closed"}});
  EXPECT_CONTAINS(said, "KEYUPDATE");
  EXPECT_CONTAINS(said, "you said");
}

TEST_F(OpensslTest, ClientsCertificatesAreVerified) {
  TlsServerConfig config = shop();
  config.client_authorities = authority_.certificate();
  EXPECT_CONTAINS(s_client(config, "-quiet -cert shop.pem -key shop.key"), "you said hello");
  EXPECT_CONTAINS(s_client(config, "-quiet"), "alert certificate required");
  EXPECT_CONTAINS(s_client(config, "-quiet -cert eve.pem -key eve.key"), "alert unknown ca");
}

TEST_F(OpensslTest, AServerIsSpokenTo) {
  for (const char* version : {"-tls1_2", "-tls1_3"}) {
    Result<std::string> answer =
        from_s_server(fmt::format("{} -cert shop.pem -key shop.key -alpn echo/1", version),
                      {.protocols = {"echo/1"}});
    ASSERT_TRUE(answer) << answer.error().to_string();
    EXPECT_EQ(*answer, fmt::format("TLSv1.{} echo/1 cba\n", version[6]));
  }
}

TEST_F(OpensslTest, AServerMustShowWhoItIs) {
  auto why = [](const Result<std::string>& answer) {
    return answer ? "nothing" : answer.error().text;
  };
  const std::string good = "-cert shop.pem -key shop.key";
  EXPECT_EQ(why(from_s_server(good, {}, "bank.test")),
            "the certificate of bank.test is not accepted: hostname mismatch");
  EXPECT_EQ(why(from_s_server("-cert eve.pem -key eve.key", {}, "eve.test")),
            "the certificate of eve.test is not accepted: unable to get local issuer certificate");
  ASSERT_TRUE(loop_->run(
      output_of(*loop_,
                "openssl req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.pem "
                "-subj /CN=shop.test -addext subjectAltName=DNS:shop.test")));
  EXPECT_EQ(why(from_s_server("-cert self.pem -key self.key", {})),
            "the certificate of shop.test is not accepted: self-signed certificate");
}

TEST_F(OpensslTest, AServerGetsOurCertificateWhenItAsks) {
  const std::string strict =
      "-cert shop.pem -key shop.key -Verify 2 -verify_return_error -CAfile authority.pem";
  TlsClientConfig anna{.identity = *authority_.issue({"anna.test"})};
  Result<std::string> answer = from_s_server(strict, anna);
  EXPECT_TRUE(answer) << answer.error().to_string();
  TlsClientConfig eve{.identity = *other_.issue({"eve.test"})};
  answer = from_s_server(strict, eve);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::refused) << answer.error().to_string();
}

}  // namespace
}  // namespace peregrine::io
