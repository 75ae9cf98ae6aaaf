// The server and the client against programs of others: the same codec on both ends would hide a
// mistake that both make. Skipped where a program is not installed.
#include <gtest/gtest.h>

#include "io/foreign_program.h"
#include "net/http_client.h"
#include "net/http_conversation.h"
#include "net/http_server.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::fail;
using base::Result;
using io::Deadline;
using io::Loop;
using io::Task;
using wire::Request;
using wire::Response;

// ---- curl against the server

Task<Response> describe(const HttpRequest& request) {
  const wire::Headers& headers = request.message.headers;
  Response response;
  response.headers.add("X-Query", request.query.find("q") ? *request.query.find("q") : "none");
  response.body = fmt::format("{} {} {} bytes", request.message.method, request.path,
                              request.message.body.size());
  if (headers.has_token("Transfer-Encoding", "chunked")) response.body += " chunked";
  if (headers.has_token("Expect", "100-continue")) response.body += " expected";
  co_return response;
}

// Gives back what comes, while it comes.
Task<void> mirror(HttpConversation& c) {
  const Deadline deadline = c.request().deadline;
  if (!co_await c.begin({}, std::nullopt, deadline)) co_return;
  for (;;) {
    Result<std::string_view> piece = co_await c.next(deadline);
    if (!piece || (!piece->empty() && !co_await c.write(*piece, deadline))) co_return;
    if (piece->empty()) break;
  }
  (void)co_await c.end(deadline);
}

class CurlTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!io::ForeignProgram::installed("curl")) GTEST_SKIP() << "curl is not installed";
    Router router;
    for (const char* method : {"GET", "POST", "PUT"}) router.add(method, "/x/{any*}", describe);
    router.add_conversation("PUT", "/mirror", mirror);
    server_ = std::make_unique<HttpServer>(
        *loop_, *io::Listener::open(*loop_, {"127.0.0.1", 0, ""}), std::move(router),
        HttpServerLimits{.message = {.body = 4'000'000}});
  }
  // What curl prints; URL stands for the server's address.
  std::string curl(std::string_view arguments) {
    return shell(fmt::format("curl -sS {}", arguments));
  }
  std::string shell(std::string command) {
    for (size_t at = command.find("URL"); at != std::string::npos; at = command.find("URL")) {
      command.replace(at, 3, "http://" + server_->address().to_string());
    }
    Result<std::string> text = loop_->run(io::output_of(*loop_, std::move(command)));
    return text ? *text : text.error().to_string();
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  std::unique_ptr<HttpServer> server_;
};

TEST_F(CurlTest, GetsAndPosts) {
  EXPECT_EQ(curl("'URL/x/a%20b?q=1'"), "GET /x/a b 0 bytes");
  EXPECT_EQ(curl("-d a=b URL/x/"), "POST /x/ 3 bytes");
  EXPECT_EQ(curl("--http1.0 -d a=b URL/x/"), "POST /x/ 3 bytes");
  EXPECT_EQ(curl("-o /dev/null -w '%{http_code}' URL/y"), "404");
}

TEST_F(CurlTest, SeesTheHeadersOfHead) {
  const std::string seen = curl("-I 'URL/x/a?q=1'");
  EXPECT_TRUE(seen.starts_with("HTTP/1.1 200 OK\r\nX-Query: 1\r\nContent-Length: 17\r\n")) << seen;
}

TEST_F(CurlTest, KeepsItsConnection) {
  EXPECT_EQ(curl("-w '|%{num_connects}|' URL/x/1 URL/x/2 URL/x/3"),
            "GET /x/1 0 bytes|1|GET /x/2 0 bytes|0|GET /x/3 0 bytes|0|");
}

TEST_F(CurlTest, UploadsChunked) {
  EXPECT_EQ(shell("head -c 1000000 /dev/zero | curl -sS -H "
                  "'Transfer-Encoding: chunked' -H 'Expect:' -T - URL/x/a"),
            "PUT /x/a 1000000 bytes chunked");
}

TEST_F(CurlTest, IsInvitedToSendItsBody) {
  // Without the invitation curl would wait for a minute before it sends the body.
  EXPECT_EQ(shell("head -c 2000000 /dev/zero | curl -sS --max-time 10 "
                  "--expect100-timeout 60 -H 'Expect: 100-continue' --data-binary @- URL/x/a"),
            "POST /x/a 2000000 bytes expected");
}

TEST_F(CurlTest, SeesTheRefusalOfABodyThatIsTooLarge) {
  EXPECT_EQ(shell("head -c 9000000 /dev/zero | curl -sS -H 'Expect:' "
                  "--data-binary @- URL/x/a"),
            "the body is larger than 4000000 bytes\n");
  EXPECT_EQ(shell("head -c 9000000 /dev/zero | curl -sS -H 'Expect:' "
                  "-H 'Transfer-Encoding: chunked' -T - URL/x/a"),
            "the body is larger than 4000000 bytes\n");
}

TEST_F(CurlTest, SendsAndReceivesBeyondTheLimitOfWholeBodies) {
  EXPECT_EQ(shell("head -c 9000000 /dev/zero | curl -sS --max-time 20 "
                  "--expect100-timeout 60 -H 'Expect: 100-continue' -T - URL/mirror | wc -c"),
            "9000000\n");
}

// ---- the client against servers

// Prints its port; answers with what it got, in the way that the path names; ends at /quit.
constexpr std::string_view kNodeServer = R"js(
  const server = require("http").createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      if (request.url === "/quit") process.exit(0);
      if (request.url === "/drop") return request.socket.destroy();
      if (request.url === "/empty") return response.writeHead(204).end();
      if (request.url === "/hints") response.writeEarlyHints({ link: "</a>; rel=preload" });
      const text = request.method + " " + request.headers.host + " " + body.length;
      if (request.url === "/length") return response.end(text);
      response.write(text);
      setTimeout(() => response.end("; and more"), 1);
    });
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
)js";

constexpr std::string_view kPythonServer = R"py(
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        if self.path == "/quit": os._exit(0)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"%d bytes, then the end" % len(body))
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
)py";

struct Sent {
  Request request;
  std::string seen;
};

// Sends the requests one after the other to a server that prints its port.
Task<Result<>> send_all(Loop& loop, std::string command, std::vector<Sent>& list) {
  io::ForeignProgram program(loop, command);
  CO_TRY(const std::string port, co_await program.read_until("\n", loop.in(20s)));
  const Origin origin{"127.0.0.1", static_cast<uint16_t>(std::stoi("0" + port))};
  HttpClient client(loop);
  for (Sent& sent : list) {
    Result<Response> response = co_await client.send(origin, sent.request, loop.in(10s));
    sent.seen = response ? fmt::format("{} {}", response->status, response->body)
                         : std::string(to_string(response.error().code));
    sent.seen += fmt::format(" ({} idle)", client.idle());
  }
  (void)co_await client.send(origin, {"POST", "/quit"}, loop.in(10s));
  co_return Result<>{};
}

std::vector<std::string> seen_by_client(const std::string& program, std::string_view text,
                                        std::vector<Request> requests) {
  std::unique_ptr<Loop> loop = *Loop::create();
  std::vector<Sent> list;
  for (Request& request : requests) list.push_back({std::move(request), ""});
  const std::string command = fmt::format("exec timeout 30 {} '{}'", program, text);
  Result<> result = loop->run(send_all(*loop, command, list));
  if (!result) return {result.error().to_string()};
  std::vector<std::string> seen;
  for (Sent& sent : list) seen.push_back(std::move(sent.seen));
  return seen;
}

TEST(HttpClientForeignTest, UnderstandsNode) {
  if (!io::ForeignProgram::installed("node")) GTEST_SKIP() << "node is not installed";
  const wire::Headers host{{"Host", "a"}};
  EXPECT_EQ(
      seen_by_client("node -e", kNodeServer,
                     {{"POST", "/length", host, std::string(100'000, 'x')},
                      {"GET", "/chunked", host},
                      {"HEAD", "/chunked", host},
                      {"GET", "/hints", host},
                      {"GET", "/empty", host},
                      {"POST", "/drop", host},
                      {"PUT", "/length", host, "hi"}}),
      (std::vector<std::string>{"200 POST a 100000 (1 idle)", "200 GET a 0; and more (1 idle)",
                                "200  (1 idle)", "200 GET a 0; and more (1 idle)", "204  (1 idle)",
                                "closed (0 idle)", "200 PUT a 2 (1 idle)"}));
}

TEST(HttpClientForeignTest, UnderstandsAnswersThatEndWithTheConnection) {
  if (!io::ForeignProgram::installed("python3")) GTEST_SKIP() << "python3 is not installed";
  EXPECT_EQ(seen_by_client("python3 -c", kPythonServer,
                           {{"POST", "/a", {}, "hello"}, {"POST", "/b", {}, "hi"}}),
            (std::vector<std::string>{"200 5 bytes, then the end (0 idle)",
                                      "200 2 bytes, then the end (0 idle)"}));
}

}  // namespace
}  // namespace peregrine::net
