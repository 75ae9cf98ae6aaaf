#include "system/readiness.h"

#include <fmt/core.h>

namespace peregrine::system {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;

namespace {

constexpr base::Duration kFirstPause = 2ms;
constexpr base::Duration kLongestPause = 20ms;
constexpr base::Duration kAnswerWithin = 2s;

bool shows_ready(const Readiness& service, int status) {
  return service.path ? status / 100 == 2 : status < 500;
}

}  // namespace

io::Task<Result<>> wait_until_ready(io::Loop& loop, Readiness service, io::Deadline deadline) {
  net::HttpClient client(loop);
  const std::string path = service.path.value_or("/");
  std::string last = "it was not asked";
  for (base::Duration pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    wire::Request request;
    request.target = path;
    request.headers.add("connection", "close");
    auto answer = co_await client.send(service.origin, std::move(request),
                                       io::Deadline::earlier(deadline, loop.in(kAnswerWithin)));
    if (answer && shows_ready(service, answer->status)) co_return Result<>{};
    if (!answer && answer.error().code == Code::cancelled) {
      co_return std::unexpected(answer.error());
    }
    last = answer ? fmt::format("it answered {}", answer->status) : answer.error().to_string();
    // A moment for its last lines to arrive before it is said to have fallen.
    Result<> slept = co_await loop.sleep(pause);
    if (!slept) co_return slept;
    if (auto reason = service.fallen()) {
      co_return fail(Code::failed, "{} before it was ready", *reason);
    }
    if (loop.now() >= deadline.at) break;
  }
  co_return fail(Code::timeout, "{} is not ready: GET {}{}: {}", service.name,
                 service.origin.to_string(), path, last);
}

}  // namespace peregrine::system
