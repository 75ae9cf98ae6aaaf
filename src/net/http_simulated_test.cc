// The client and the server with each other, over streams in memory on a simulated loop: each seed
// is another order of events and other pieces of the bytes, and waits of minutes take no time.
#include <gtest/gtest.h>

#include "base/random.h"
#include "io/scope.h"
#include "net/connector_fixture.h"
#include "net/http_client.h"
#include "net/http_server.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Loop;
using io::Task;
using wire::Request;
using wire::Response;

constexpr uint64_t kSeeds = 1'000;
constexpr int kClients = 3;
constexpr int kRequests = 5;
constexpr size_t kOnTheWay = 512;  // bytes in each direction

// One simulated play: clients that send, wait, and send again, to a server that is stopped last.
class Play {
 public:
  Play(uint64_t seed, Http http)
      : http_(http), loop_(Loop::simulated(seed)), random_(base::Random::stream(seed, "play")) {
    Router router;
    router.add("PUT", "/slow/{ms}",
               [this](const HttpRequest& request) { return answer_late(*loop_, request); });
    // A client keeps a connection for a second: these limits meet that from both sides.
    const base::Duration idle = random_.below(2) ? 60s : 900ms;
    server_ =
        std::make_unique<HttpServer>(*loop_, std::move(router), HttpServerLimits{.idle = idle});
    connector_ = std::make_unique<Everywhere>(*loop_, *server_, kOnTheWay);
    const HttpClientLimits limits{.http2_streams = 1 + random_.below(3)};
    client_ = std::make_unique<HttpClient>(*loop_, *connector_, limits);
  }

  // Empty if all went as it should.
  std::string run() { return loop_->run(play()); }

 private:
  static Task<Response> answer_late(Loop& loop, const HttpRequest& request) {
    (void)co_await loop.sleep(std::stoi(request.parameter("ms")) * 1ms);
    co_return plain_response(200, request.message.body);
  }

  Task<std::string> play() {
    {
      io::Scope scope(*loop_);
      for (int i = 0; i < kClients; ++i) scope.spawn(be_a_client(i));
      (void)co_await scope.join(Deadline::never());
    }
    // The client holds what it kept; the server's idle limit ends its side.
    (void)co_await loop_->sleep(61s);
    if (server_->connections() != 0) wrong_ += "connections outlive the idle limit; ";
    Result<> stopped = co_await server_->stop(loop_->in(1s));
    if (!stopped) wrong_ += stopped.error().to_string();
    co_return wrong_;
  }

  Task<void> be_a_client(int number) {
    for (int i = 0; i < kRequests; ++i) {
      (void)co_await loop_->sleep(base::Duration(random_.below(3)) * 450'000'000);
      const auto handling = static_cast<int>(random_.below(1000));
      const std::string body(random_.below(3000), static_cast<char>('a' + number));
      // Some give up before the answer can be there.
      const bool hasty = random_.below(5) == 0 && handling > 0;
      const Deadline deadline = loop_->in((hasty ? handling - 1 : 60'000) * 1ms);
      Request request{"PUT", fmt::format("/slow/{}", handling), {}, body};
      Result<Response> response =
          co_await client_->send({"shop", 80, false, http_}, std::move(request), deadline);
      if (hasty ? !is_timeout(response) : !is_echo(response, body)) {
        wrong_ += fmt::format("client {}, request {}: {}; ", number, i,
                              response ? response->body : response.error().to_string());
      }
    }
  }

  static bool is_timeout(const Result<Response>& response) {
    return !response && response.error().code == Code::timeout;
  }
  static bool is_echo(const Result<Response>& response, const std::string& body) {
    return response && response->status == 200 && response->body == body + "\n";
  }

  Http http_;
  std::unique_ptr<Loop> loop_;
  base::Random random_;
  std::string wrong_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<HttpClient> client_;
};

TEST(HttpSimulatedTest, AnswersEveryRequestWhateverTheOrder) {
  for (const Http http : {Http::one, Http::two}) {
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      EXPECT_EQ(Play(seed, http).run(), "") << "seed " << seed;
      ASSERT_EQ(io::frames::alive(), 0U) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace peregrine::net
