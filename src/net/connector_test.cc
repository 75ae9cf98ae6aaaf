#include "net/connector.h"

#include <gtest/gtest.h>

#include "io/memory_stream.h"
#include "io/no_frames_left.h"
#include "net/http_client.h"
#include "net/http_server.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Task;
using wire::Response;

// Joins a client with a server in this process, for one host only.
class MemoryConnector final : public Connector {
 public:
  MemoryConnector(io::Loop& loop, HttpServer& server) : loop_(loop), server_(server) {}
  Task<Result<std::unique_ptr<io::Stream>>> connect(Origin to, Deadline) override {
    if (to.host != "shop") co_return base::fail(Code::not_found, "no host {}", to.host);
    auto [near, far] = io::MemoryStream::pair(loop_);
    server_.serve(std::move(far));
    ++connected;
    co_return std::move(near);
  }
  int connected = 0;

 private:
  io::Loop& loop_;
  HttpServer& server_;
};

Task<Response> size_of_body(const HttpRequest& request) {
  co_return plain_response(200, std::to_string(request.message.body.size()));
}

class ConnectorTest : public testing::Test {
 protected:
  static Router routes() {
    Router router;
    router.add("POST", "/", size_of_body);
    return router;
  }
  std::string send(std::string host, size_t bytes) {
    wire::Request request{.method = "POST", .target = "/", .body = std::string(bytes, 'x')};
    Result<Response> response =
        loop_->run(client_.send({std::move(host), 80}, std::move(request), loop_->in(5s)));
    return response ? response->body : response.error().to_string();
  }

  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
  HttpServer server_{*loop_, routes()};
  MemoryConnector connector_{*loop_, server_};
  HttpClient client_{*loop_, connector_};
};

TEST_F(ConnectorTest, PutsAnotherKindOfStreamUnderTheClientAndTheServer) {
  EXPECT_EQ(send("shop", 10), "10\n");
  EXPECT_EQ(send("shop", 1'000'000), "1000000\n");
  EXPECT_EQ(connector_.connected, 1);
  EXPECT_EQ(server_.connections(), 1U);
  EXPECT_EQ(client_.idle(), 1U);
}

Task<Result<>> stop(HttpServer& server, io::Loop& loop) {
  co_return co_await server.stop(loop.in(1s));
}

TEST_F(ConnectorTest, AKeptStreamThatTheServerEndedIsNotUsed) {
  EXPECT_EQ(send("shop", 1), "1\n");
  ASSERT_TRUE(loop_->run(stop(server_, *loop_)));
  EXPECT_EQ(server_.connections(), 0U);
  send("shop", 1);
  EXPECT_EQ(connector_.connected, 2);
}

TEST_F(ConnectorTest, AFailureToConnectIsTheRequests) {
  EXPECT_EQ(send("bank", 1), "no host bank");
}

}  // namespace
}  // namespace peregrine::net
