#include "cli/otlp_sender.h"

#include <fmt/core.h>

#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace peregrine::cli {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view kSignal = "/v1/metrics";
constexpr size_t kMostAnswer = size_t{64} << 10;
constexpr size_t kShownAnswer = 200;  // bytes of it

net::HttpClientLimits limits() {
  net::HttpClientLimits limits{.idle_per_origin = 1, .idle_connections = 1, .origins = 1};
  limits.message.body = kMostAnswer;
  return limits;
}

// Its path is a folder, unless it says all of it.
std::string target_of(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with(kSignal)) path.remove_suffix(kSignal.size());
  return std::string(path) + std::string(kSignal);
}

// What ExportMetricsServiceResponse says. A collector that says nothing has taken all.
Result<> check_answer(const wire::Response& answer) {
  if (answer.status < 200 || answer.status > 299) {
    return fail(Code::refused, "it answered {}: {}", answer.status,
                base::shortened(base::printable(answer.body), kShownAnswer));
  }
  if (answer.body.empty()) return {};
  const auto body = base::parse_json(answer.body);
  if (!body || !body->is_map()) {
    return fail(Code::protocol, "its answer is not OTLP in JSON: {}",
                base::shortened(base::printable(answer.body), kShownAnswer));
  }
  const base::Value* partial = body->find("partialSuccess");
  const base::Value* rejected = partial ? partial->find("rejectedDataPoints") : nullptr;
  if (!rejected || *rejected == base::Value("0") || *rejected == base::Value(0)) return {};
  const base::Value* why = partial->find("errorMessage");
  return fail(Code::refused, "it refused {} of the points: {}", base::to_json(*rejected),
              why && why->is_text() ? base::shortened(base::printable(why->as_text()), kShownAnswer)
                                    : "it does not say why");
}

}  // namespace

OtlpSender::OtlpSender(io::Loop& loop, const net::Url& url, const report::LiveMetrics& metrics)
    : loop_(loop),
      metrics_(metrics),
      client_(loop, limits()),
      origin_(net::Origin::of(url)),
      target_(target_of(url.path)),
      url_(url.to_string()) {}

io::Task<void> OtlpSender::post_regularly() {
  while (co_await loop_.sleep(kEvery)) co_await post_once();
}

io::Task<void> OtlpSender::post_once() {
  ++posts_;
  const Result<> posted = co_await post();
  if (posted) co_return;
  // The trial is over: what has not been answered yet is posted again.
  if (posted.error().code == Code::cancelled) {
    --posts_;
    co_return;
  }
  ++failed_;
  last_failure_ = posted.error().to_string();
}

io::Task<Result<>> OtlpSender::post() {
  wire::Request request;
  request.method = "POST";
  request.target = target_;
  request.headers.add("Content-Type", "application/json");
  request.body = metrics_.otlp(base::wall_now());
  auto answer = co_await client_.send(origin_, std::move(request), loop_.in(kWithin));
  if (!answer) co_return std::unexpected(answer.error());
  co_return check_answer(*answer);
}

std::string OtlpSender::failures() const {
  if (failed_ == 0) return "";
  return fmt::format("--otlp {}: {} of {} posts were in vain; the last: {}", url_, failed_, posts_,
                     last_failure_);
}

}  // namespace peregrine::cli
