// Our client and our server over HTTP/2 with programs of others: curl, and those of nghttp2. What
// is not installed is skipped.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "io/certificate.h"
#include "io/foreign_program.h"
#include "io/scope.h"
#include "net/http_client.h"
#include "net/http_conversation.h"
#include "net/http_server.h"
#include "wire/foreign_peer.h"

namespace peregrine::net {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using base::Result;
using io::ForeignProgram;
using io::Loop;
using io::Task;
using wire::Request;
using wire::Response;

Task<Response> describe(const HttpRequest& request) {
  Response response;
  response.headers.add("X-Host", request.message.headers.get("Host"));
  response.body = fmt::format("{} {} {} bytes", request.message.method, request.path,
                              request.message.body.size());
  co_return response;
}

Task<Response> give_back(const HttpRequest& request) {
  co_return Response{200, "", {}, request.message.body};
}

Task<void> converse(HttpConversation& c) {
  const Response response{200, "", {}, "a conversation"};
  (void)co_await c.respond(response, c.request().deadline);
}

class Http2ForeignTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "http2_foreign_test_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    const io::TlsIdentity identity = *authority_.issue({"localhost", "127.0.0.1"});
    write("authority.pem", authority_.certificate());
    write("server.pem", identity.certificate);
    write("server.key", identity.key);
    write("large", std::string(3'000'000, 'x') + "end");
    secured_ =
        *io::TlsContext::for_server({.identities = {identity}, .protocols = {"h2", "http/1.1"}});
  }
  void TearDown() override {
    client_.reset();
    program_.reset();
    server_.reset();
    fs::remove_all(folder_);
    EXPECT_EQ(io::frames::alive(), 0U);
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // ---- our server

  void serve(bool tls) {
    Router router;
    for (const char* method : {"GET", "POST", "PUT"}) router.add(method, "/x/{any*}", describe);
    router.add("POST", "/back", give_back);
    router.add_conversation("GET", "/long", converse);
    server_ = std::make_unique<HttpServer>(
        *loop_, *io::Listener::open(*loop_, {"127.0.0.1", 0, ""}), std::move(router),
        HttpServerLimits{.message = {.body = 4'000'000}}, tls ? secured_ : nullptr);
    scheme_ = tls ? "https" : "http";
  }
  // What a shell says in the folder; URL stands for the server's address.
  std::string shell(std::string command) {
    for (size_t at = command.find("URL"); at != std::string::npos; at = command.find("URL")) {
      command.replace(at, 3, fmt::format("{}://localhost:{}", scheme_, server_->address().port));
    }
    Result<std::string> said =
        loop_->run(io::output_of(*loop_, "cd '" + folder_.string() + "'; " + command));
    return said ? *said : said.error().to_string();
  }
  std::string curl(std::string_view arguments) {
    return shell(fmt::format("curl -sS --cacert authority.pem {} {}",
                             scheme_ == "https" ? "--http2" : "--http2-prior-knowledge",
                             arguments));
  }

  // ---- our client

  // Starts nghttpd, or says that there is none.
  bool start_nghttpd(std::string_view options, bool tls) {
    if (!ForeignProgram::installed("nghttpd")) return false;
    port_ = wire::foreign::Socket::listening().port();
    program_.emplace(std::vector<std::string>{
        "sh", "-c",
        fmt::format("cd '{}'; exec setpriv --pdeathsig KILL nghttpd -d . {} {} {} {}",
                    folder_.string(), options, tls ? "" : "--no-tls", port_,
                    tls ? "server.key server.pem" : "")});
    const base::Instant end = base::monotonic_now() + 10s;
    while (!wire::foreign::Socket::connected(port_)) {
      EXPECT_LT(base::monotonic_now(), end);
      (void)loop_->run(loop_->sleep(5ms));
    }
    connector_ = std::make_unique<NetworkConnector>(
        *loop_,
        *io::TlsContext::for_client({.trusted = authority_.certificate(), .trust_system = false}));
    client_ = std::make_unique<HttpClient>(*loop_, *connector_);
    origin_ = {"localhost", port_, tls, tls ? Http::either : Http::two};
    return true;
  }
  Result<Response> send(Request request) {
    return loop_->run(client_->send(origin_, std::move(request), loop_->in(10s)));
  }
  std::string seen(Request request) {
    const Result<Response> response = send(std::move(request));
    if (!response) return response.error().to_string();
    return fmt::format("{} {}", response->status, response->body);
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  io::CertificateAuthority authority_ = *io::CertificateAuthority::make("Test Authority");
  fs::path folder_;
  std::shared_ptr<const io::TlsContext> secured_;
  std::unique_ptr<HttpServer> server_;
  std::string scheme_;
  uint16_t port_ = 0;
  Origin origin_;
  std::optional<wire::foreign::Program> program_;
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<HttpClient> client_;
};

// ---- curl against the server

TEST_F(Http2ForeignTest, CurlIsAnswered) {
  if (!ForeignProgram::installed("curl")) GTEST_SKIP() << "curl is not installed";
  for (const bool tls : {false, true}) {
    serve(tls);
    EXPECT_EQ(curl("-w ' %{http_version}' 'URL/x/a%20b?q=1'"), "GET /x/a b 0 bytes 2");
    EXPECT_EQ(curl("-d a=b URL/x/"), "POST /x/ 3 bytes");
    EXPECT_EQ(curl("--data-binary @large URL/x/"), "POST /x/ 3000003 bytes");
    EXPECT_EQ(curl("--data-binary @large -o back URL/back; cmp large back && echo same"), "same\n");
    EXPECT_EQ(curl("-o /dev/null -w '%{http_code}' URL/y"), "404");
    EXPECT_EQ(curl("-H 'Expect: 100-continue' --expect100-timeout 60 -T large URL/x/a"),
              "PUT /x/a 3000003 bytes");
    const std::string head = curl("-I URL/x/a");
    EXPECT_TRUE(head.starts_with(fmt::format(
        "HTTP/2 200 \r\nx-host: localhost:{}\r\ncontent-length: ", server_->address().port)))
        << head;
  }
}

TEST_F(Http2ForeignTest, AnUpgradeFromHttp1IsNotTaken) {
  if (!ForeignProgram::installed("curl")) GTEST_SKIP() << "curl is not installed";
  serve(false);
  EXPECT_EQ(shell("curl -sS --http2 -w ' %{http_version}' URL/x/a"), "GET /x/a 0 bytes 1.1");
}

TEST_F(Http2ForeignTest, CurlSharesAConnection) {
  if (!ForeignProgram::installed("curl")) GTEST_SKIP() << "curl is not installed";
  serve(true);
  EXPECT_EQ(curl("-w '|%{num_connects}|' URL/x/1 URL/x/2"),
            "GET /x/1 0 bytes|1|GET /x/2 0 bytes|0|");
  EXPECT_EQ(curl("--no-progress-meter -Z --parallel-max 20 -w '%{num_connects}+' -o /dev/null "
                 "'URL/x/[1-50]' | tr -d '+0'"),
            "1");
}

TEST_F(Http2ForeignTest, CurlSeesTheRefusalOfABodyThatIsTooLarge) {
  if (!ForeignProgram::installed("curl")) GTEST_SKIP() << "curl is not installed";
  serve(false);
  EXPECT_EQ(shell("head -c 9000000 /dev/zero | curl -sS --http2-prior-knowledge --data-binary @- "
                  "-w ' %{http_code}' URL/x/a"),
            "the body is larger than 4000000 bytes\n 413");
}

TEST_F(Http2ForeignTest, CurlAsksAgainByHttp1WhatIsAConversation) {
  if (!ForeignProgram::installed("curl")) GTEST_SKIP() << "curl is not installed";
  serve(true);
  EXPECT_EQ(curl("-w ' %{http_version}' URL/long"), "a conversation 1.1");
}

// ---- nghttp2's programs against the server

TEST_F(Http2ForeignTest, NghttpIsAnswered) {
  if (!ForeignProgram::installed("nghttp")) GTEST_SKIP() << "nghttp is not installed";
  for (const bool tls : {false, true}) {
    serve(tls);
    EXPECT_EQ(shell("nghttp -y URL/x/a"), "GET /x/a 0 bytes");
    EXPECT_EQ(shell("nghttp -y -d large URL/x/b"), "POST /x/b 3000003 bytes");
    EXPECT_EQ(shell("nghttp -y -m 30 URL/x/a | grep -o 'GET /x/a' | wc -l"), "30\n");
    // Small windows, so that an answer waits for more.
    EXPECT_EQ(shell("nghttp -y -w 10 -W 10 -d large URL/back > back; cmp large back && echo same"),
              "same\n");
  }
}

TEST_F(Http2ForeignTest, H2loadIsAnswered) {
  if (!ForeignProgram::installed("h2load")) GTEST_SKIP() << "h2load is not installed";
  for (const bool tls : {false, true}) {
    serve(tls);
    const std::string said = shell("h2load -n 2000 -c 5 -m 20 URL/x/a | grep '^requests'");
    EXPECT_EQ(said,
              "requests: 2000 total, 2000 started, 2000 done, 2000 succeeded, 0 failed, 0 errored, "
              "0 timeout\n");
  }
}

// ---- the client against nghttpd

TEST_F(Http2ForeignTest, NghttpdIsSpokenTo) {
  for (const bool tls : {false, true}) {
    if (!start_nghttpd("--echo-upload --trailer 'x-end: yes'", tls)) {
      GTEST_SKIP() << "nghttpd is not installed";
    }
    const Result<Response> large = send({"GET", "/large"});
    ASSERT_TRUE(large) << large.error().to_string();
    EXPECT_TRUE(large->body == read("large"));
    EXPECT_TRUE(large->headers.get("server").starts_with("nghttpd"));
    EXPECT_FALSE(large->headers.find("x-end"));
    EXPECT_EQ(seen({"POST", "/", {}, "hello"}), "200 hello");
    const Result<Response> back = send({"POST", "/", {}, read("large")});
    ASSERT_TRUE(back) << back.error().to_string();
    EXPECT_TRUE(back->body == read("large"));
    EXPECT_EQ(seen({"HEAD", "/large"}), "200 ");
    EXPECT_EQ(seen({"GET", "/none"}).substr(0, 4), "404 ");
    EXPECT_EQ(client_->idle(), 1U);
    client_.reset();
    program_.reset();
  }
}

Task<void> get_large(HttpClient& client, Origin origin, io::Deadline deadline, int& answered) {
  const Result<Response> response = co_await client.send(origin, {"GET", "/large"}, deadline);
  if (response && response->status == 200 && response->body.size() == 3'000'003) ++answered;
}

Task<int> get_many(Loop& loop, HttpClient& client, Origin origin, int times) {
  int answered = 0;
  io::Scope scope(loop);
  for (int i = 0; i < times; ++i) {
    scope.spawn(get_large(client, origin, loop.in(20s), answered));
  }
  (void)co_await scope.join(loop.in(20s));
  co_return answered;
}

TEST_F(Http2ForeignTest, NghttpdAnswersManyAtOnce) {
  // It takes fewer streams than the client would open.
  if (!start_nghttpd("-m 7", true)) GTEST_SKIP() << "nghttpd is not installed";
  EXPECT_EQ(loop_->run(get_many(*loop_, *client_, origin_, 20)), 20);
  EXPECT_EQ(loop_->run(get_many(*loop_, *client_, origin_, 20)), 20);
}

TEST_F(Http2ForeignTest, AServerThatEndsIsNoLongerAsked) {
  if (!start_nghttpd("", false)) GTEST_SKIP() << "nghttpd is not installed";
  EXPECT_EQ(seen({"HEAD", "/large"}), "200 ");
  EXPECT_EQ(client_->idle(), 1U);
  program_.reset();
  EXPECT_EQ(send({"HEAD", "/large"}).error().code, base::Code::refused);
  EXPECT_EQ(client_->idle(), 0U);
}

}  // namespace
}  // namespace peregrine::net
