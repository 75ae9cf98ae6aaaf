// The client and the server over TLS, with each other and with programs of others.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "io/certificate.h"
#include "io/foreign_program.h"
#include "io/scope.h"
#include "net/http_client.h"
#include "net/http_server.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::ForeignProgram;
using io::Loop;
using io::Socket;
using io::Task;
using io::TlsContext;
using io::TlsStream;
using wire::Request;
using wire::Response;

using Context = std::shared_ptr<const TlsContext>;

Task<Response> describe(const HttpRequest& request) {
  Response response;
  response.body = fmt::format("{} {} {} bytes", request.message.method, request.path,
                              request.message.body.size());
  co_return response;
}

class HttpsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "https_test_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("authority.pem", authority_.certificate());
    write("other.pem", io::CertificateAuthority::make("Other")->certificate());
    const io::TlsIdentity identity = *authority_.issue({"localhost", "127.0.0.1"});
    write("server.pem", identity.certificate);
    write("server.key", identity.key);
    at_server_ = *TlsContext::for_server({.identities = {identity}, .protocols = {"http/1.1"}});
  }
  void TearDown() override {
    client_.reset();
    server_.reset();
    std::filesystem::remove_all(folder_);
    EXPECT_EQ(io::frames::alive(), 0U);
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  io::Listener listen() { return *io::Listener::open(*loop_, {"127.0.0.1", 0, ""}); }
  void serve(HttpServerLimits limits = {}) {
    Router router;
    for (const char* method : {"GET", "POST"}) router.add(method, "/x/{any*}", describe);
    server_ = std::make_unique<HttpServer>(*loop_, listen(), std::move(router), limits, at_server_);
  }
  void trust(const std::string& authority) {
    connector_ = std::make_unique<NetworkConnector>(
        *loop_, *TlsContext::for_client({.trusted = authority, .trust_system = false}));
    client_ = std::make_unique<HttpClient>(*loop_, *connector_);
  }
  std::string send(Origin origin, Request request) {
    Result<Response> response =
        loop_->run(client_->send(std::move(origin), std::move(request), loop_->in(5s)));
    if (!response)
      return fmt::format("{}: {}", to_string(response.error().code), response.error().to_string());
    return fmt::format("{} {}", response->status, response->body);
  }
  Origin origin() { return {"localhost", server_->address().port, true}; }
  // What a shell says in the folder; URL stands for the server's address.
  std::string shell(std::string command) {
    for (size_t at = command.find("URL"); at != std::string::npos; at = command.find("URL")) {
      command.replace(at, 3, fmt::format("https://localhost:{}", server_->address().port));
    }
    Result<std::string> said =
        loop_->run(io::output_of(*loop_, "cd '" + folder_.string() + "'; " + command));
    return said ? *said : said.error().to_string();
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  std::filesystem::path folder_;
  io::CertificateAuthority authority_ = *io::CertificateAuthority::make("Test Authority");
  Context at_server_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<HttpClient> client_;
};

TEST_F(HttpsTest, AClientKeepsItsConnection) {
  serve();
  trust(authority_.certificate());
  EXPECT_EQ(send(origin(), {"GET", "/x/1"}), "200 GET /x/1 0 bytes");
  EXPECT_EQ(send(origin(), {"POST", "/x/2", {}, std::string(1'000'000, 'x')}),
            "200 POST /x/2 1000000 bytes");
  EXPECT_EQ(client_->idle(), 1U);
  EXPECT_EQ(server_->connections(), 1U);
  EXPECT_EQ(send(origin(), {"GET", "/x/3", {{"Connection", "close"}}}), "200 GET /x/3 0 bytes");
  EXPECT_EQ(client_->idle(), 0U);
}

TEST_F(HttpsTest, ACertificateThatIsNotAcceptedEndsTheRequest) {
  serve();
  trust(io::CertificateAuthority::make("Other")->certificate());
  EXPECT_EQ(send(origin(), {"GET", "/x/1"}),
            "refused: the certificate of localhost is not accepted: "
            "unable to get local issuer certificate");
}

TEST_F(HttpsTest, PlainHttpGetsNoAnswer) {
  serve();
  trust(authority_.certificate());
  Origin plain = origin();
  plain.tls = false;
  EXPECT_TRUE(send(plain, {"GET", "/x/1"}).starts_with("closed: GET /x/1 to localhost:"));
}

Task<Result<size_t>> connect_silently(Loop& loop, io::Address to) {
  CO_TRY(Socket socket, co_await Socket::connect(loop, std::move(to), loop.in(5s)));
  std::vector<char> buffer(10);
  co_return co_await socket.receive(buffer, loop.in(5s));
}

TEST_F(HttpsTest, AHandshakeHasADeadline) {
  serve({.handshake = 5ms});
  Result<size_t> n = loop_->run(connect_silently(*loop_, server_->address()));
  ASSERT_TRUE(n) << n.error().to_string();
  EXPECT_EQ(*n, 0U);
}

Task<Result<>> stop_during_a_handshake(Loop& loop, HttpServer& server) {
  CO_TRY(Socket socket, co_await Socket::connect(loop, server.address(), loop.in(5s)));
  while (server.connections() == 0) CO_TRY_OK(co_await loop.sleep(1ms));
  co_return co_await server.stop(loop.in(5s));
}

TEST_F(HttpsTest, AServerThatStopsDoesNotWaitForHandshakes) {
  serve();
  Result<> stopped = loop_->run(stop_during_a_handshake(*loop_, *server_));
  EXPECT_TRUE(stopped) << stopped.error().to_string();
  EXPECT_EQ(server_->connections(), 0U);
}

// A server that answers with these bytes, and ends as it should or is cut off.
Task<void> answer_with(io::Listener& listener, Context context, std::string bytes, bool properly) {
  Loop& loop = listener.loop();
  Result<Socket> socket = co_await listener.accept(loop.in(5s));
  if (!socket) co_return;
  auto below = std::make_unique<Socket>(*std::move(socket));
  auto stream = co_await TlsStream::accept(std::move(below), std::move(context), loop.in(5s));
  if (!stream) co_return;
  std::vector<char> buffer(10'000);
  (void)co_await (*stream)->receive(buffer, loop.in(5s));
  (void)co_await (*stream)->send(bytes, loop.in(5s));
  if (properly) (void)co_await (*stream)->finish_sending(loop.in(5s));
}

TEST_F(HttpsTest, AnAnswerThatEndsWithTheConnectionMustNotBeCutOff) {
  trust(authority_.certificate());
  for (const bool properly : {true, false}) {
    io::Listener listener = listen();
    io::Scope scope(*loop_);
    scope.spawn(answer_with(listener, at_server_, "HTTP/1.1 200 OK\r\n\r\nhalf", properly));
    const Origin at{"localhost", listener.address().port, true};
    EXPECT_EQ(send(at, {"GET", "/"}),
              properly ? "200 half"
                       : fmt::format("closed: GET / to {}: the connection was cut off: it ended "
                                     "without TLS's close_notify",
                                     at.to_string()));
  }
}

Task<Result<std::string>> ask_once(Loop& loop, io::Address to, Context context) {
  CO_TRY(Socket socket, co_await Socket::connect(loop, std::move(to), loop.in(5s)));
  CO_TRY(auto stream, co_await TlsStream::connect(std::make_unique<Socket>(std::move(socket)),
                                                  std::move(context), "localhost", loop.in(5s)));
  CO_TRY_OK(co_await stream->send("GET /x/1 HTTP/1.0\r\n\r\n", loop.in(5s)));
  std::string text;
  std::vector<char> buffer(1'000);
  for (;;) {
    CO_TRY(const size_t n, co_await stream->receive(buffer, loop.in(5s)));
    if (n == 0) co_return text;
    text.append(buffer.data(), n);
  }
}

TEST_F(HttpsTest, AServerDoesNotCutItsLastAnswerOff) {
  serve();
  const Context context =
      *TlsContext::for_client({.trusted = authority_.certificate(), .trust_system = false});
  Result<std::string> text = loop_->run(ask_once(*loop_, server_->address(), context));
  ASSERT_TRUE(text) << text.error().to_string();
  EXPECT_TRUE(text->ends_with("GET /x/1 0 bytes")) << *text;
}

// ---- Others

TEST_F(HttpsTest, CurlIsServed) {
  if (!ForeignProgram::installed("curl")) GTEST_SKIP() << "curl is not installed";
  serve();
  EXPECT_EQ(shell("curl -sS --cacert authority.pem -w '|%{num_connects}|' URL/x/1 URL/x/2"),
            "GET /x/1 0 bytes|1|GET /x/2 0 bytes|0|");
  EXPECT_EQ(shell("curl -sS --cacert authority.pem --tls-max 1.2 -d ab --http2 URL/x/1"),
            "POST /x/1 2 bytes");
  EXPECT_NE(shell("curl -sS --cacert other.pem URL/x/1; echo code $?").find("code 60"),
            std::string::npos);
  EXPECT_NE(
      shell("curl -sS --cacert authority.pem --tls-max 1.1 URL/x/1; echo code $?").find("code 35"),
      std::string::npos);
}

constexpr std::string_view kNodeServer = R"js(
  const { readFileSync: read } = require("fs");
  const options = { cert: read("server.pem"), key: read("server.key") };
  const server = require("https").createServer(options, (request, response) => {
    let size = 0;
    request.on("data", (piece) => (size += piece.length));
    request.on("end", () => {
      if (request.url === "/quit") process.exit(0);
      if (request.url === "/drop") return request.socket.destroy();
      response.end(request.method + " " + size);
    });
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
)js";

struct Sent {
  Request request;
  std::string seen;
};

Task<Result<>> send_to_node(Loop& loop, HttpClient& client, std::string folder,
                            std::vector<Sent>& list) {
  ForeignProgram node(loop,
                      fmt::format("cd '{}'; exec timeout 30 node -e '{}'", folder, kNodeServer));
  CO_TRY(const std::string port, co_await node.read_until("\n", loop.in(20s)));
  const Origin origin{"localhost", static_cast<uint16_t>(std::stoi("0" + port)), true};
  for (Sent& sent : list) {
    Result<Response> response = co_await client.send(origin, sent.request, loop.in(10s));
    sent.seen = response ? fmt::format("{} {}", response->status, response->body)
                         : response.error().to_string();
    sent.seen += fmt::format(" ({} idle)", client.idle());
  }
  (void)co_await client.send(origin, {"POST", "/quit"}, loop.in(10s));
  co_return Result<>{};
}

TEST_F(HttpsTest, NodeIsSpokenTo) {
  if (!ForeignProgram::installed("node")) GTEST_SKIP() << "node is not installed";
  trust(authority_.certificate());
  std::vector<Sent> list{{{"GET", "/a"}, ""},
                         {{"POST", "/b", {}, std::string(1'000'000, 'x')}, ""},
                         {{"POST", "/drop"}, ""},
                         {{"PUT", "/c", {}, "hi"}, ""}};
  Result<> result = loop_->run(send_to_node(*loop_, *client_, folder_, list));
  ASSERT_TRUE(result) << result.error().to_string();
  EXPECT_EQ(list[0].seen, "200 GET 0 (1 idle)");
  EXPECT_EQ(list[1].seen, "200 POST 1000000 (1 idle)");
  EXPECT_NE(list[2].seen.find("(0 idle)"), std::string::npos);
  EXPECT_EQ(list[3].seen, "200 PUT 2 (1 idle)");
}

}  // namespace
}  // namespace peregrine::net
