#include "record/load_result.h"

#include <algorithm>

namespace peregrine::record {

bool LoadResult::thresholds_held() const {
  return limit ? limit->held.has_value() : std::ranges::all_of(thresholds, &LoadThreshold::held);
}

void LoadFailures::add(const LoadFailures& other) {
  count += other.count;
  for (const std::string& text : other.texts) {
    const bool known = std::ranges::find(texts, text) != texts.end();
    if (!known && texts.size() < kMostTexts) texts.push_back(text);
  }
}

void LoadStep::add(const LoadStep& other) {
  ended += other.ended;
  lost += other.lost;
  failed += other.failed;
  times.merge(other.times);
}

void LoadStreams::add(const LoadStreams& other) {
  opened += other.opened;
  most_open += other.most_open;
  broke += other.broke;
  messages += other.messages;
  bytes += other.bytes;
}

void LoadSlice::add_counts(const LoadSlice& other) {
  requests += other.requests;
  plays += other.plays;
  failed += other.failed;
  messages += other.messages;
}

void LoadResult::Generator::add_process(const Generator& other) {
  cpu += other.cpu;
  busiest = std::max(busiest, other.busiest);
  rss_bytes += other.rss_bytes;
  if (other.lag.at(0.99) > lag.at(0.99)) lag = other.lag;
  processes += other.processes;
}

bool LoadResult::generator_is_slow() const {
  constexpr double kMostShare = 0.95;  // of a processor: it has one loop
  constexpr base::Duration kMostLag = std::chrono::milliseconds(5);
  return generator.cpu_share(measured) > kMostShare || generator.lag.at(0.99) > kMostLag;
}

}  // namespace peregrine::record
