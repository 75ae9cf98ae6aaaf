// A private nginx, with files of its own and in front of a server of ours. Skipped where it is not
// installed.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "io/certificate.h"
#include "io/foreign_program.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "net/websocket.h"
#include "wire/foreign_peer.h"

namespace peregrine::net {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using base::Result;
using io::Loop;
using io::Task;
using wire::Request;
using wire::Response;

// ---- Our server, behind nginx

inline Task<Response> describe(const HttpRequest& request) {
  const wire::Headers& headers = request.message.headers;
  Response response;
  response.headers.add("X-Seen",
                       fmt::format("{} over {}", headers.get("Host"), headers.get("Connection")));
  response.body = fmt::format("{} {} {} bytes", request.message.method, request.message.target,
                              request.message.body.size());
  if (headers.has_token("Transfer-Encoding", "chunked")) response.body += " chunked";
  co_return response;
}

// Gives back what came, without a length. Not while it comes: nginx stops to send a request when
// its answer begins.
inline Task<void> give_back(HttpConversation& c) {
  const io::Deadline deadline = c.request().deadline;
  const Result<std::string> body = co_await read_all(c, 40 << 20, deadline);
  if (!body || !co_await c.begin({}, std::nullopt, deadline)) co_return;
  TextSource pieces(*body);
  for (;;) {
    Result<std::string_view> piece = co_await pieces.next(deadline);
    if (!piece || (!piece->empty() && !co_await c.write(*piece, deadline))) co_return;
    if (piece->empty()) break;
  }
  (void)co_await c.end(deadline);
}

// Three events, each by itself, and then none.
inline Task<void> tick(Loop& loop, HttpConversation& c) {
  const io::Deadline deadline = c.request().deadline;
  const Response head{200, "", {{"content-type", "text/event-stream"}}, ""};
  if (!co_await c.begin(head, std::nullopt, deadline)) co_return;
  for (int i = 1; i <= 3; ++i) {
    if (!co_await c.write(fmt::format("data: {}\n\n", i), deadline)) co_return;
    if (!co_await loop.sleep(20ms)) co_return;
  }
  (void)co_await loop.sleep(5s);
}

inline Task<void> echo(HttpConversation& c) {
  auto socket = co_await WebSocket::accept(c, {}, c.request().deadline);
  if (!socket) co_return;
  for (;;) {
    auto message = co_await (*socket)->receive(c.request().deadline);
    if (!message || !*message) co_return;
    if (!co_await (*socket)->send(**message, c.request().deadline)) co_return;
  }
}

class NginxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!io::ForeignProgram::installed("nginx") && !fs::exists("/usr/sbin/nginx")) {
      GTEST_SKIP() << "nginx is not installed";
    }
    std::string name = fs::temp_directory_path() / "nginx_foreign_test_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    start_our_server();
    write_files();
    nginx_.emplace(std::vector<std::string>{
        "sh", "-c",
        fmt::format("PATH=$PATH:/usr/sbin; exec setpriv --pdeathsig KILL nginx -p {0} -e "
                    "{0}/error.log -c {0}/nginx.conf",
                    folder_.string())});
    ASSERT_TRUE(nginx_->started());
    const base::Instant end = base::monotonic_now() + 10s;
    while (!wire::foreign::Socket::connected(port_)) {
      ASSERT_LT(base::monotonic_now(), end) << read("error.log");
      (void)loop_->run(loop_->sleep(5ms));
    }
    connector_ = std::make_unique<NetworkConnector>(
        *loop_,
        *io::TlsContext::for_client({.trusted = authority_.certificate(), .trust_system = false}));
    client_ = std::make_unique<HttpClient>(*loop_, *connector_);
  }
  void TearDown() override {
    client_.reset();
    nginx_.reset();
    server_.reset();
    if (!folder_.empty()) fs::remove_all(folder_);
    EXPECT_EQ(io::frames::alive(), 0U);
  }

  void start_our_server() {
    Router router;
    for (const char* method : {"GET", "POST", "PUT"}) router.add(method, "/{any*}", describe);
    router.add_conversation("PUT", "/back", give_back);
    router.add_conversation("GET", "/live", echo);
    router.add_conversation("GET", "/ticks",
                            [this](HttpConversation& c) { return tick(*loop_, c); });
    server_ = std::make_unique<HttpServer>(
        *loop_, *io::Listener::open(*loop_, {"127.0.0.1", 0, ""}), std::move(router),
        HttpServerLimits{.message = {.body = 40 << 20}});
  }
  void write_files() {
    std::ifstream file("tests/foreign/nginx.conf");
    std::string configuration(std::istreambuf_iterator<char>(file), {});
    const io::TlsIdentity identity = *authority_.issue({"localhost", "127.0.0.1"});
    const std::pair<std::string, std::string> places[] = {{"FOLDER", folder_.string()},
                                                          {"TLSPORT", std::to_string(tls_port_)},
                                                          {"H2PORT", std::to_string(h2_port_)},
                                                          {"PORT", std::to_string(port_)},
                                                          {"OURS", server_->address().to_string()}};
    for (const auto& [place, value] : places) {
      for (size_t at = 0; (at = configuration.find(place)) != std::string::npos;) {
        configuration.replace(at, place.size(), value);
      }
    }
    fs::create_directory(folder_ / "www");
    for (int i = 0; i < 20'000; ++i) page_ += fmt::format("<p>line {}</p>\n", i * 7919 % 100'003);
    write("nginx.conf", configuration);
    write("server.pem", identity.certificate);
    write("server.key", identity.key);
    write("www/page", page_);
    write("www/large", std::string(20'000'000, 'x') + "end");
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Origin origin(bool tls = false) { return {"localhost", tls ? tls_port_ : port_, tls}; }
  Result<Response> send(Request request, bool tls = false) {
    return loop_->run(client_->send(origin(tls), std::move(request), loop_->in(10s)));
  }
  std::string seen(Request request, bool tls = false) {
    const Result<Response> response = send(std::move(request), tls);
    if (!response) return response.error().to_string();
    return fmt::format("{} {}", response->status, response->body);
  }
  // What a shell says; URL stands for nginx.
  std::string shell(std::string command) {
    for (size_t at = 0; (at = command.find("URL")) != std::string::npos;) {
      command.replace(at, 3, fmt::format("http://127.0.0.1:{}", port_));
    }
    Result<std::string> said = loop_->run(io::output_of(*loop_, std::move(command)));
    return said ? *said : said.error().to_string();
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  io::CertificateAuthority authority_ = *io::CertificateAuthority::make("Test Authority");
  fs::path folder_;
  std::string page_;
  uint16_t port_ = wire::foreign::Socket::listening().port();
  uint16_t tls_port_ = wire::foreign::Socket::listening().port();
  uint16_t h2_port_ = wire::foreign::Socket::listening().port();  // HTTP/2 without TLS
  std::unique_ptr<HttpServer> server_;
  std::optional<wire::foreign::Program> nginx_;
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<HttpClient> client_;
};

}  // namespace peregrine::net
