#include "net/http2_pool.h"

#include <algorithm>
#include <utility>

namespace peregrine::net {

using base::Code;
using base::Error;
using base::fail;
using base::Result;
using io::Stream;
using io::Task;

namespace {

using Progress = Http2Client::Progress;
using Job = Http2Pool::Job;

std::unexpected<Error> failed(Error error, const Job& job, const Progress& progress,
                              base::Instant begun) {
  const std::string what = fmt::format("{} {}", job.request.method, job.request.target);
  const std::string to = job.origin.to_string();
  if (error.code != Code::timeout) {
    return base::because(std::move(error), fmt::format("{} to {}", what, to));
  }
  const std::string span = base::to_text(job.deadline.at - begun);
  if (!progress.sent) {
    return fail(Code::timeout, "{} did not take all of {} within {}", to, what, span);
  }
  if (!progress.started) {
    return fail(Code::timeout, "no answer from {} within {}; sent {}", to, span, what);
  }
  return fail(Code::timeout, "the answer of {} was not complete within {}; sent {}", to, span,
              what);
}

std::unexpected<Error> not_connected(Error error, const Job& job, base::Instant begun) {
  if (error.code != Code::timeout) return std::unexpected(std::move(error));
  return fail(Code::timeout, "no connection to {} within {}; it was for {} {}",
              job.origin.to_string(), base::to_text(job.deadline.at - begun), job.request.method,
              job.request.target);
}

}  // namespace

// One more for as long as it lives.
struct Http2Pool::Count {
  explicit Count(size_t& the_number) : number(the_number) { ++number; }
  Count(const Count&) = delete;
  Count& operator=(const Count&) = delete;
  ~Count() { --number; }
  size_t& number;
};

// The same for connections that are being made; who waits for them hears of it.
struct Http2Pool::Connecting : Count {
  explicit Connecting(Http2Pool& the_pool) : Count(the_pool.connecting_), pool(the_pool) {}
  ~Connecting() { pool.changed_.notify_all(); }
  Http2Pool& pool;
};

Task<Result<std::unique_ptr<Stream>>> Http2Pool::send(Job job) {
  const Count call(calls_);
  const base::Instant begun = loop_.now();
  const Http2Client::Target target{job.origin.tls ? "https" : "http", job.authority};
  for (size_t repeats = 0;; ++repeats) {
    Result<Way> way = co_await find(job);
    if (!way) co_return not_connected(std::move(way).error(), job, begun);
    if (way->http1) co_return std::move(way->http1);
    const Connection connection = std::move(way->http2);
    const bool used = connection->client.used();
    Progress progress;
    Result<> answered = co_await connection->client.send(job.request, target, job.response,
                                                         job.deadline, progress, job.last_byte);
    give_back(connection);
    if (answered) co_return nullptr;
    if (progress.wants_http1 && job.origin.http == Http::either) {
      Result<std::unique_ptr<Stream>> plain = co_await connect_plainly(job);
      if (!plain) co_return not_connected(std::move(plain).error(), job, begun);
      co_return plain;
    }
    const bool again =
        progress.unprocessed || (progress.lost && used && job.repeatable && !progress.started &&
                                 answered.error().code == Code::closed);
    if (!again || repeats == kMostRepeats) {
      co_return failed(std::move(answered).error(), job, progress, begun);
    }
  }
}

Task<Result<Http2Pool::Way>> Http2Pool::find(const Job& job) {
  for (;;) {
    if (Connection kept = take()) co_return Way{std::move(kept), nullptr};
    const size_t room = connecting_ * limits_.session.streams;
    if (speaks_http1_) {
      CO_TRY(std::unique_ptr<Stream> plain, co_await connect_plainly(job));
      co_return Way{nullptr, std::move(plain)};
    }
    if (waiting_ + connecting_ >= room) co_return co_await connect(job);
    const Count waits(waiting_);
    CO_TRY_OK(co_await changed_.wait(job.deadline));
  }
}

Task<Result<Http2Pool::Way>> Http2Pool::connect(const Job& job) {
  const Connecting now(*this);
  CO_TRY(std::unique_ptr<Stream> stream, co_await connector_.connect(job.origin, job.deadline));
  CO_TRY(const bool http2, speaks_http2(job.origin, *stream));
  if (!http2) {
    speaks_http1_ = true;
    co_return Way{nullptr, std::move(stream)};
  }
  auto made = std::make_shared<Kept>(std::move(stream), *this);
  if (limits_.session.streams > 1) {
    made->listed = true;
    roomy_.push_back(made);
  }
  co_return Way{std::move(made), nullptr};
}

Task<Result<std::unique_ptr<Stream>>> Http2Pool::connect_plainly(const Job& job) {
  Origin origin = job.origin;
  origin.http = Http::one;
  co_return co_await connector_.connect(std::move(origin), job.deadline);
}

Http2Pool::Connection Http2Pool::take() {
  while (!roomy_.empty()) {
    const size_t room = roomy_.back()->client.room();
    if (room > 1) return roomy_.back();
    Connection last = std::move(roomy_.back());
    roomy_.pop_back();
    last->listed = false;
    if (room == 1) return last;
  }
  return nullptr;
}

void Http2Pool::give_back(const Connection& connection) {
  const bool idle = connection->client.calls() == 0;
  const bool wanted = connection->client.room() > 0 &&
                      (!idle || roomy_.size() < limits_.idle + (connection->listed ? 1 : 0));
  if (wanted == std::exchange(connection->listed, wanted)) return;
  if (wanted) {
    roomy_.push_back(connection);
  } else {
    std::erase(roomy_, connection);
  }
}

size_t Http2Pool::idle() const {
  return static_cast<size_t>(std::ranges::count_if(
      roomy_, [](const Connection& one) { return one->client.calls() == 0; }));
}

void Http2Pool::close_idle() {
  std::erase_if(roomy_, [](const Connection& one) { return one->client.calls() == 0; });
}

}  // namespace peregrine::net
