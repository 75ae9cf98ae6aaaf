#include "report/merge_loads.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "report/load_bounds.h"

namespace peregrine::report {

using base::Duration;
using base::Histogram;
using record::LoadFailures;
using record::LoadObserved;
using record::LoadResult;
using record::LoadSlice;
using record::LoadStep;
using namespace std::chrono_literals;

namespace {

void add_counts(LoadResult& all, const LoadResult& load) {
  all.measured = std::max(all.measured, load.measured);
  all.users += load.users;
  all.begun += load.begun;
  all.ended += load.ended;
  all.failed += load.failed;
  all.lost += load.lost;
  all.cut += load.cut;
  all.not_begun += load.not_begun;
  all.looked += load.looked;
  all.requests.merge(load.requests);
  all.plays.merge(load.plays);
  all.streams.add(load.streams);
  all.generator.add_process(load.generator);
}

void add_steps(LoadResult& all, const LoadResult& load) {
  const auto place = [](const LoadStep& step) {
    return std::tie(step.journey, step.line, step.sentence);
  };
  for (const LoadStep& step : load.steps) {
    const auto same = std::ranges::find_if(
        all.steps, [&](const LoadStep& one) { return place(one) == place(step); });
    if (same == all.steps.end()) {
      all.steps.push_back(step);
      continue;
    }
    same->add(step);
  }
}

void add_failures(LoadResult& all, const LoadResult& load) {
  for (const LoadFailures& failures : load.failures) {
    const auto same = std::ranges::find(all.failures, failures.kind, &LoadFailures::kind);
    if (same == all.failures.end()) {
      all.failures.push_back(failures);
      continue;
    }
    same->add(failures);
  }
}

// How long slices are on which those of all parts are laid.
Duration common_length(const std::vector<LoadPart>& parts) {
  Duration longest{};
  for (const LoadPart& part : parts) {
    for (const LoadSlice& slice : part.load.slices) longest = std::max(longest, slice.length);
  }
  Duration length = 1s;
  // The clock that closes them is not exact.
  while (length + length / 10 < longest) length *= 2;
  return length;
}

struct Laid {
  LoadSlice slice{};
  Histogram latency{};
  std::map<size_t, uint64_t> users{};    // of each part, the most
  std::map<size_t, uint64_t> streams{};  // the same
};

std::vector<LoadSlice> merge_slices(const std::vector<LoadPart>& parts) {
  const Duration length = common_length(parts);
  std::map<int64_t, Laid> laid;
  Duration end{};
  for (size_t part = 0; part < parts.size(); ++part) {
    for (const LoadSlice& slice : parts[part].load.slices) {
      Laid& at = laid[(slice.begin + slice.length / 2) / length];
      at.slice.counted = at.slice.counted && slice.counted;
      at.slice.add_counts(slice);
      at.users[part] = std::max(at.users[part], slice.users);
      at.streams[part] = std::max(at.streams[part], slice.streams);
      at.latency.merge(Histogram::from_text(slice.latency).value_or(Histogram()));
      end = std::max(end, slice.begin + slice.length);
    }
  }
  std::vector<LoadSlice> all;
  for (auto& [place, at] : laid) {
    at.slice.begin = place * length;
    at.slice.length = std::min(length, end - at.slice.begin);
    for (const auto& [part, users] : at.users) at.slice.users += users;
    for (const auto& [part, streams] : at.streams) at.slice.streams += streams;
    at.slice.latency = at.latency.to_text();
    all.push_back(std::move(at.slice));
  }
  return all;
}

// Each run has a system of its own, so that nothing of it is added up: all stays, and says whose it
// is.
template <class T>
void append_named(std::vector<T>& all, const std::vector<T>& some, const std::string& run) {
  for (const T& one : some) {
    all.push_back(one);
    all.back().name += fmt::format(" in {}", run);
  }
}

// What is not known of several is not known of all.
void add_gaps(LoadObserved::NetworkGaps& all, const LoadObserved::NetworkGaps& some,
              const std::string& run) {
  all.connections += some.connections;
  all.received_bytes += some.received_bytes;
  all.sent_bytes += some.sent_bytes;
  all.times_lost += some.times_lost;
  all.not_followed += some.not_followed;
  if (some.why_not.empty()) return;
  if (!all.why_not.empty()) all.why_not += "; ";
  all.why_not += fmt::format("in {}: {}", run, some.why_not);
}

// Nothing when it is more than a report has room for.
std::optional<LoadObserved> observed_by_all(const std::vector<LoadPart>& parts) {
  constexpr size_t kMost = 200;  // processes, databases, third parties
  LoadObserved all;
  for (const auto& [run, load] : parts) {
    append_named(all.processes, load.observed.processes, run);
    append_named(all.postgres, load.observed.postgres, run);
    append_named(all.redis, load.observed.redis, run);
    append_named(all.providers, load.observed.providers, run);
    add_gaps(all.gaps, load.observed.gaps, run);
    const size_t count = all.processes.size() + all.postgres.size() + all.redis.size();
    if (count + all.providers.size() > kMost) return std::nullopt;
  }
  return all;
}

// "3 runs of 100 users for 30 s", or each of them when they differ.
std::string model_of(const std::vector<LoadPart>& parts) {
  const std::string& first = parts.front().load.model;
  const bool alike =
      std::ranges::all_of(parts, [&](const LoadPart& part) { return part.load.model == first; });
  std::string text = alike ? fmt::format("{} runs of {}", parts.size(), first) : "";
  for (const LoadPart& part : parts) {
    if (!alike) text += fmt::format("{}{}", text.empty() ? "" : " + ", part.load.model);
  }
  for (const LoadPart& part : parts) {
    if (!part.load.generator_is_slow()) continue;
    text += fmt::format("; in {} Peregrine itself was the bottleneck", part.run);
  }
  return text;
}

// What cannot be judged of the whole stays, once for each part.
void judge_all(LoadResult& all, const std::vector<LoadPart>& parts) {
  const auto thresholds = std::exchange(all.thresholds, {});
  for (size_t i = 0; i < thresholds.size(); ++i) {
    if (auto judged = judge_anew(thresholds[i], all)) {
      all.thresholds.push_back(*std::move(judged));
      continue;
    }
    for (const LoadPart& part : parts) {
      record::LoadThreshold one = part.load.thresholds[i];
      one.actual += fmt::format(" in {}", part.run);
      all.thresholds.push_back(std::move(one));
    }
  }
}

}  // namespace

LoadResult merge_loads(const std::vector<LoadPart>& parts) {
  base::check(!parts.empty(), "nothing to merge");
  LoadResult all = parts.front().load;
  if (!all.aborted.empty()) all.aborted = fmt::format("{}: {}", parts.front().run, all.aborted);
  for (size_t i = 1; i < parts.size(); ++i) {
    const auto& [run, load] = parts[i];
    add_counts(all, load);
    add_steps(all, load);
    add_failures(all, load);
    if (load.aborted.empty()) continue;
    all.aborted += fmt::format("{}{}: {}", all.aborted.empty() ? "" : "; ", run, load.aborted);
  }
  std::ranges::sort(all.failures, std::greater(), &LoadFailures::count);
  all.slices = merge_slices(parts);
  all.model = model_of(parts);
  if (all.limit) {
    all.model += "; the limits that they found are in their own reports alone";
    all.limit.reset();
  }
  auto observed = observed_by_all(parts);
  if (!observed) all.model += "; what services did is in their own reports alone";
  all.observed = std::move(observed).value_or(LoadObserved());
  judge_all(all, parts);
  return all;
}

}  // namespace peregrine::report
