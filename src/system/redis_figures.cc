#include "system/redis_figures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace peregrine::system {

using base::Code;
using base::Result;
using base::Value;
using io::Deadline;
using io::Task;
using record::LoadObserved;

namespace {

constexpr size_t kMostBytesOfText = 200;

// An entry of SLOWLOG GET: [number, when, microseconds, [words], …].
struct Entry {
  uint64_t number = 0;
  LoadObserved::SlowCommand command{};
};

bool is_count(const Value& value) { return value.kind() == base::Kind::int64; }

Result<Entry> read_entry(const Value& value) {
  constexpr size_t kParts = 4;
  const auto wrong = [] { return base::fail(Code::invalid, "SLOWLOG answers no list of entries"); };
  if (!value.is_list() || value.as_list().size() < kParts) return wrong();
  const base::List& parts = value.as_list();
  if (!is_count(parts[0]) || !is_count(parts[2]) || !parts[3].is_list()) {
    return wrong();
  }
  Entry entry;
  entry.number = static_cast<uint64_t>(parts[0].as_int());
  entry.command.took = std::chrono::microseconds(parts[2].as_int());
  for (const Value& word : parts[3].as_list()) {
    if (!entry.command.text.empty()) entry.command.text += ' ';
    entry.command.text += word.is_text() ? word.as_text() : std::string("(bytes)");
  }
  entry.command.text = base::shortened(entry.command.text, kMostBytesOfText);
  return entry;
}

}  // namespace

RedisCounters parse_redis_info(std::string_view text) {
  RedisCounters all;
  const auto kNames = std::to_array<std::pair<std::string_view, uint64_t*>>(
      {{"total_commands_processed", &all.commands},
       {"keyspace_hits", &all.hits},
       {"keyspace_misses", &all.misses},
       {"evicted_keys", &all.evicted},
       {"expired_keys", &all.expired},
       {"used_memory", &all.memory_bytes},
       {"connected_clients", &all.clients}});
  for (const std::string_view line : base::split(text, '\n')) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto found = std::ranges::find(kNames, line.substr(0, colon),
                                         &std::pair<std::string_view, uint64_t*>::first);
    if (found == kNames.end()) continue;
    const std::string_view digits = line.substr(colon + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), *found->second);
  }
  return all;
}

Task<Result<RedisCounters>> RedisFigures::counters(Deadline deadline) const {
  std::vector<std::string> words{"INFO"};
  CO_TRY(const Value answer, co_await system_.command(name_, std::move(words), deadline));
  if (!answer.is_text()) co_return base::fail(Code::invalid, "INFO answers no text");
  co_return parse_redis_info(answer.as_text());
}

Task<Result<uint64_t>> RedisFigures::next_slow(Deadline deadline) const {
  std::vector<std::string> words{"SLOWLOG", "GET", "1"};
  CO_TRY(const Value answer, co_await system_.command(name_, std::move(words), deadline));
  if (!answer.is_list()) co_return base::fail(Code::invalid, "SLOWLOG answers no list");
  if (answer.as_list().empty()) co_return uint64_t{0};
  CO_TRY(const Entry entry, read_entry(answer.as_list().front()));
  co_return entry.number + 1;
}

// Numbers go up by one, so that of the newest says how many there were.
Task<Result<RedisFigures::Slow>> RedisFigures::slow_since(uint64_t number,
                                                          Deadline deadline) const {
  std::vector<std::string> words{"SLOWLOG", "GET", "128"};
  CO_TRY(const Value answer, co_await system_.command(name_, std::move(words), deadline));
  if (!answer.is_list()) co_return base::fail(Code::invalid, "SLOWLOG answers no list");
  Slow slow;
  for (const Value& one : answer.as_list()) {
    CO_TRY(Entry entry, read_entry(one));
    if (entry.number < number) break;
    slow.count = std::max(slow.count, entry.number + 1 - number);
    slow.slowest.push_back(std::move(entry.command));
  }
  std::ranges::sort(slow.slowest, std::greater(), &LoadObserved::SlowCommand::took);
  if (slow.slowest.size() > LoadObserved::Redis::kMostSlow) {
    slow.slowest.resize(LoadObserved::Redis::kMostSlow);
  }
  co_return slow;
}

}  // namespace peregrine::system
