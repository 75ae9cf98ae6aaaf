#include "trial/load/observation.h"

#include <algorithm>
#include <utility>

namespace peregrine::trial {

using base::Duration;
using base::Instant;
using base::Result;
using io::Task;
using record::LoadObserved;

namespace {

uint64_t since(uint64_t now, uint64_t before) { return now > before ? now - before : 0; }

}  // namespace

// One PostgreSQL. What it cannot tell stays absent: a server that has gone is told of elsewhere.
class Observation::Postgres {
 public:
  Postgres(system::RunningSystem& system, std::string name)
      : figures_(system, name), times_(system.statement_times(name)) {
    told_.name = std::move(name);
  }

  Task<void> begin(io::Deadline deadline) {
    if (auto now = co_await figures_.counters(deadline)) before_ = *now;
    if (auto now = co_await figures_.scans(deadline)) scans_ = *std::move(now);
    told_.knows_statements = (co_await figures_.clear_statements(deadline)).has_value();
    times_.clear();
    co_await look(deadline);
  }

  Task<void> look(io::Deadline deadline) {
    connections_.reset();
    if (const auto now = co_await figures_.sessions(deadline)) {
      connections_ = now->connections;
      told_.connections = std::max(told_.connections, now->connections);
      told_.waiting = std::max(told_.waiting, now->waiting);
      ++told_.looks;
      told_.looks_waiting += now->waiting > 0 ? 1 : 0;
    }
    if (!told_.knows_statements) co_return;
    if (const auto now = co_await figures_.calls(deadline)) {
      told_.calls = now->calls;
      told_.time = now->time;
    }
  }

  Task<void> end(Duration span, io::Deadline deadline) {
    told_.span = span;
    if (times_.all().count() > 0) told_.p95 = times_.all().at(0.95);
    if (told_.knows_statements) {
      if (auto now = co_await figures_.statements(deadline)) told_.statements = *std::move(now);
    }
    for (LoadObserved::Statement& statement : told_.statements) {
      const auto* times = times_.find(system::StatementTimes::shape_of(statement.text));
      if (times) statement.p95 = times->at(0.95);
    }
    if (const auto now = co_await figures_.counters(deadline); now && before_) tell(*now);
    auto scans = co_await figures_.scans(deadline);
    if (scans && scans_) told_.scanned = system::scans_between(*scans_, *std::move(scans));
  }

  const LoadObserved::Postgres& told() const { return told_; }
  const system::StatementTimes& times() const { return times_; }
  std::optional<uint64_t> connections() const { return connections_; }

 private:
  void tell(const system::PostgresCounters& now) {
    told_.committed = since(now.committed, before_->committed);
    told_.rolled_back = since(now.rolled_back, before_->rolled_back);
    told_.deadlocks = since(now.deadlocks, before_->deadlocks);
    told_.blocks_hit = since(now.blocks_hit, before_->blocks_hit);
    told_.blocks_read = since(now.blocks_read, before_->blocks_read);
    told_.rows_returned = since(now.rows_returned, before_->rows_returned);
    told_.rows_fetched = since(now.rows_fetched, before_->rows_fetched);
    told_.rows_written = since(now.rows_written, before_->rows_written);
    told_.temporary_bytes = since(now.temporary_bytes, before_->temporary_bytes);
  }

  system::PostgresFigures figures_;
  system::StatementTimes& times_;
  LoadObserved::Postgres told_;
  std::optional<system::PostgresCounters> before_;
  std::optional<std::vector<LoadObserved::Scanned>> scans_;
  std::optional<uint64_t> connections_;  // at the last look
};

class Observation::Redis {
 public:
  Redis(system::RunningSystem& system, std::string name) : figures_(system, name) {
    told_.name = std::move(name);
  }

  Task<void> begin(io::Deadline deadline) {
    if (const auto now = co_await figures_.next_slow(deadline)) next_slow_ = *now;
    co_await look(deadline);
  }

  Task<void> look(io::Deadline deadline) {
    const auto now = co_await figures_.counters(deadline);
    if (!now) co_return;
    if (!before_) before_ = *now;
    told_.commands = since(now->commands, before_->commands);
    told_.hits = since(now->hits, before_->hits);
    told_.misses = since(now->misses, before_->misses);
    told_.evicted = since(now->evicted, before_->evicted);
    told_.expired = since(now->expired, before_->expired);
    told_.memory_begin_bytes = before_->memory_bytes;
    told_.memory_end_bytes = now->memory_bytes;
    told_.clients = std::max(told_.clients, now->clients);
  }

  Task<void> end(Duration span, io::Deadline deadline) {
    told_.span = span;
    if (!next_slow_) co_return;
    auto slow = co_await figures_.slow_since(*next_slow_, deadline);
    if (!slow) co_return;
    told_.slow = slow->count;
    told_.slowest = std::move(slow->slowest);
  }

  const LoadObserved::Redis& told() const { return told_; }

 private:
  system::RedisFigures figures_;
  LoadObserved::Redis told_;
  std::optional<system::RedisCounters> before_;
  std::optional<uint64_t> next_slow_;
};

Observation::Observation(io::Loop& loop, system::RunningSystem& system)
    : loop_(loop), system_(system), scope_(loop) {}

Observation::~Observation() = default;

void Observation::start(Instant from, Instant until) { scope_.spawn(watch(from, until)); }

Task<void> Observation::watch(Instant from, Instant until) {
  if (!co_await loop_.sleep(std::max(from - loop_.now(), Duration::zero()))) co_return;
  co_await begin();
  for (Instant next = began_ + kEvery;; next = std::max(next, loop_.now()) + kEvery) {
    if (!co_await loop_.sleep(std::min(next, until) - loop_.now())) co_return;
    if (loop_.now() >= until) break;
    co_await look();
  }
  co_await end();
}

Task<void> Observation::begin() {
  for (const lang::DatabaseSpec& spec : system_.spec().databases) {
    if (spec.kind == lang::DatabaseSpec::Kind::postgres) {
      postgres_.push_back(std::make_unique<Postgres>(system_, spec.name));
    } else {
      redis_.push_back(std::make_unique<Redis>(system_, spec.name));
    }
  }
  for (const lang::ProviderUse& use : system_.spec().providers) {
    providers_.push_back({use.name, system_.traffic(use.name), {}});
  }
  std::vector<pid_t> roots;
  for (const auto& process : system_.processes()) {
    roots.push_back(process.pid);
    processes_.emplace_back(process.name, process.kind);
  }
  // To list a machine's sockets takes milliseconds, whoever they belong to.
  if (!roots.empty()) network_ = std::make_unique<system::NetworkMeter>(loop_, roots.size());
  if (network_) network_->start();
  sampler_.emplace(std::move(roots));
  began_ = loop_.now();
  has_begun_ = true;
  const io::Deadline deadline = loop_.in(kAnswerWithin);
  for (const auto& one : postgres_) co_await one->begin(deadline);
  for (const auto& one : redis_) co_await one->begin(deadline);
  co_await look_at_processes();
}

Task<void> Observation::look() {
  const io::Deadline deadline = loop_.in(kAnswerWithin);
  for (const auto& one : postgres_) co_await one->look(deadline);
  for (const auto& one : redis_) co_await one->look(deadline);
  co_await look_at_processes();
}

// Nobody is held up by it for longer than by a step of it.
Task<void> Observation::look_at_processes() {
  if (processes_.empty()) co_return;
  const Instant now = base::monotonic_now();
  if (!co_await network_->list_sockets()) co_return;
  sampler_->start();
  while (!sampler_->step()) {
    if (!co_await loop_.sleep(Duration::zero())) co_return;
  }
  if (!co_await network_->find_owners(sampler_->trees())) co_return;
  auto taken = sampler_->taken();
  const auto networks = network_->taken();
  for (size_t i = 0; i < processes_.size(); ++i) {
    if (!taken[i]) continue;
    taken[i]->network = networks[i];
    std::optional<uint64_t> connections;
    for (const auto& one : postgres_) {
      if (one->told().name == processes_[i].name()) connections = one->connections();
    }
    processes_[i].add(now - began_, *taken[i], connections);
  }
}

Task<void> Observation::finish() {
  // What is being asked at the end is answered; a look in between is not waited for.
  if (!is_ending_) scope_.cancel({base::Code::cancelled, "the load is over"});
  if (!co_await scope_.join(io::Deadline::never())) co_return;
  if (has_begun_ && !is_over_) co_await end();
  if (network_) co_await network_->stop();
}

Task<void> Observation::end() {
  is_ending_ = true;
  co_await look();
  const Duration span = loop_.now() - began_;
  const io::Deadline deadline = loop_.in(kAnswerWithin);
  for (const auto& one : postgres_) co_await one->end(span, deadline);
  for (const auto& one : redis_) co_await one->end(span, deadline);
  for (Provider& provider : providers_) tell_provider(provider);
  is_over_ = true;
}

void Observation::tell_provider(Provider& provider) const {
  const system::ProviderTraffic& now = system_.traffic(provider.name);
  LoadObserved::Provider& told = provider.told;
  told.name = provider.name;
  told.webhooks = since(now.webhooks.calls, provider.before.webhooks.calls);
  told.webhooks_failed = since(now.webhooks.failed, provider.before.webhooks.failed);
  for (const auto& [title, calls] : now.routes) {
    const auto found = provider.before.routes.find(title);
    const auto before =
        found == provider.before.routes.end() ? system::ProviderTraffic::Calls{} : found->second;
    LoadObserved::Route route{title, calls.calls - before.calls, calls.failed - before.failed};
    if (route.calls == 0) continue;
    told.calls += route.calls;
    told.failed += route.failed;
    told.routes.push_back(std::move(route));
  }
  std::ranges::sort(told.routes, std::greater(), &LoadObserved::Route::calls);
}

LoadObserved Observation::tell() const {
  LoadObserved all;
  if (!is_over_) return all;
  for (const ProcessSeries& series : processes_) all.processes.push_back(series.tell());
  for (const auto& one : postgres_) all.postgres.push_back(one->told());
  for (const auto& one : redis_) all.redis.push_back(one->told());
  for (const Provider& provider : providers_) all.providers.push_back(provider.told);
  all.gaps = gaps();
  return all;
}

LoadObserved Observation::tell_now() const {
  if (is_over_) return tell();
  LoadObserved all;
  for (const ProcessSeries& series : processes_) all.processes.push_back(series.tell_now());
  for (const auto& one : postgres_) all.postgres.push_back(one->told());
  for (const auto& one : redis_) all.redis.push_back(one->told());
  for (Provider provider : providers_) {
    tell_provider(provider);
    all.providers.push_back(std::move(provider.told));
  }
  all.gaps = gaps();
  return all;
}

LoadObserved::NetworkGaps Observation::gaps() const {
  if (!network_) return {};
  const system::SocketLedger& ledger = network_->ledger();
  return {.why_not = network_->why_not(),
          .connections = ledger.unattributed().opened,
          .received_bytes = ledger.unattributed().received_bytes,
          .sent_bytes = ledger.unattributed().sent_bytes,
          .times_lost = network_->times_lost(),
          .not_followed = ledger.not_followed()};
}

std::optional<double> Observation::figure(std::string_view on, std::string_view what) const {
  const auto found = std::ranges::find(processes_, on, &ProcessSeries::name);
  if (found != processes_.end()) {
    if (const auto value = found->figure(what)) return value;
  }
  if (on == "sql") return figure_of_sql(what);
  if (on == "redis") return figure_of_redis(what);
  return std::nullopt;
}

// The mean is PostgreSQL's own, or the proxies' where it does not count statements.
std::optional<double> Observation::figure_of_sql(std::string_view what) const {
  base::Histogram seen;
  uint64_t calls = 0;
  Duration time{};
  for (const auto& one : postgres_) {
    seen.merge(one->times().all());
    calls += one->told().calls;
    time += one->told().time;
  }
  if (what == "p95" && !seen.empty()) return static_cast<double>(seen.at(0.95).count());
  if (what != "mean") return std::nullopt;
  if (calls > 0) return static_cast<double>(time.count()) / static_cast<double>(calls);
  if (!seen.empty()) return static_cast<double>(seen.mean().count());
  return std::nullopt;
}

std::optional<double> Observation::figure_of_redis(std::string_view what) const {
  LoadObserved::Redis all;
  for (const auto& one : redis_) {
    all.hits += one->told().hits;
    all.misses += one->told().misses;
  }
  return what == "hits" ? all.hit_rate() : std::nullopt;
}

}  // namespace peregrine::trial
