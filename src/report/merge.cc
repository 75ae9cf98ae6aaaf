#include "report/merge.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "report/merge_loads.h"

namespace peregrine::report {

using base::Code;
using base::fail;
using base::Result;
using record::LoadResult;
using record::LoadThreshold;
using record::RunResult;
using record::Verdict;

namespace {

bool same_thresholds(const LoadResult& one, const LoadResult& other) {
  return std::ranges::equal(
      one.thresholds, other.thresholds, [](const LoadThreshold& a, const LoadThreshold& b) {
        return std::tie(a.on, a.what, a.limit) == std::tie(b.on, b.what, b.limit);
      });
}

// Whether two loads are parts of one.
Result<> check_fits(const NamedRun& first, const LoadResult& one, const NamedRun& second,
                    const LoadResult& other) {
  const auto differs = [&](std::string_view how) {
    return fail(Code::invalid, "{} and {} do not fit together: the load `{}` {}", first.name,
                second.name, one.name, how);
  };
  if (one.open != other.open) {
    return differs("has users in one and a rate in the other");
  }
  if (one.warm_up != other.warm_up) return differs("has another `warm_up`");
  if (one.limit.has_value() != other.limit.has_value()) {
    return differs("was stepped up to find its limit in one of them alone");
  }
  if (!same_thresholds(one, other)) return differs("has other thresholds");
  return {};
}

Result<> check_fit(const NamedRun& first, const NamedRun& second) {
  const RunResult& one = first.run;
  const RunResult& other = second.run;
  if (one.system != other.system) {
    return fail(Code::invalid, "{} is of the system `{}`, and {} of `{}`", first.name, one.system,
                second.name, other.system);
  }
  if (one.started == other.started && one.seed == other.seed) {
    return fail(Code::invalid, "{} and {} are the same run, which would be counted twice",
                first.name, second.name);
  }
  if (one.loads.size() != other.loads.size()) {
    return fail(Code::invalid, "{} has {} loads, and {} has {}", first.name, one.loads.size(),
                second.name, other.loads.size());
  }
  for (size_t i = 0; i < one.loads.size(); ++i) {
    if (one.loads[i].name != other.loads[i].name) {
      return fail(Code::invalid, "{} has the load `{}` where {} has `{}`", first.name,
                  one.loads[i].name, second.name, other.loads[i].name);
    }
    TRY_OK(check_fits(first, one.loads[i], second, other.loads[i]));
  }
  return {};
}

// That of a run which lost one of its thresholds alone is not its own any more: they are judged
// anew.
Verdict verdict_of(const std::vector<NamedRun>& runs, const RunResult& all) {
  const auto failed = [](const record::JourneyResult& j) { return j.verdict == Verdict::failed; };
  const bool ended_badly = std::ranges::any_of(runs, [](const NamedRun& one) {
    return one.run.verdict == Verdict::failed && !one.run.note.empty();
  });
  const bool crossed = !std::ranges::all_of(all.loads, &LoadResult::thresholds_held);
  if (ended_badly || crossed || std::ranges::any_of(all.journeys, failed)) return Verdict::failed;
  const bool open = std::ranges::any_of(
      runs, [](const NamedRun& one) { return one.run.verdict == Verdict::inconclusive; });
  return open ? Verdict::inconclusive : Verdict::passed;
}

}  // namespace

Result<RunResult> merge(std::vector<NamedRun> runs) {
  base::check(!runs.empty() && runs.size() <= kMostMergedRuns, "as many runs as can be merged");
  for (const NamedRun& one : runs) {
    if (!one.run.loads.empty()) continue;
    return fail(Code::invalid, "{} is no run of `load` that came to an end: there are no figures",
                one.name);
  }
  for (size_t i = 0; i < runs.size(); ++i) {
    for (size_t k = 0; k < i; ++k) TRY_OK(check_fit(runs[k], runs[i]));
  }
  RunResult all = runs.front().run;
  all.repeat.clear();
  all.note.clear();
  for (size_t i = 0; i < runs.size(); ++i) {
    const RunResult& run = runs[i].run;
    all.started = std::min(all.started, run.started);
    all.startup = std::max(all.startup, run.startup);
    all.duration = std::max(all.duration, run.duration);
    if (i > 0) all.journeys.insert(all.journeys.end(), run.journeys.begin(), run.journeys.end());
    if (run.note.empty()) continue;
    all.note += fmt::format("{}{}: {}", all.note.empty() ? "" : "\n", runs[i].name, run.note);
  }
  for (size_t load = 0; load < all.loads.size(); ++load) {
    std::vector<LoadPart> parts;
    for (NamedRun& one : runs) parts.push_back({one.name, std::move(one.run.loads[load])});
    all.loads[load] = merge_loads(parts);
  }
  all.verdict = verdict_of(runs, all);
  return all;
}

}  // namespace peregrine::report
