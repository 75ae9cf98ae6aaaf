#include "record/results.h"

#include <algorithm>
#include <numeric>

namespace peregrine::record {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::skipped:
      return "skipped";
  }
  return "inconclusive";
}

std::string_view to_string(Party::Kind kind) {
  switch (kind) {
    case Party::Kind::service:
      return "service";
    case Party::Kind::database:
      return "database";
    case Party::Kind::provider:
      return "third party";
  }
  return "service";
}

size_t JourneyResult::checks_passed() const {
  return std::accumulate(steps.begin(), steps.end(), size_t{0},
                         [](size_t n, const StepResult& s) { return n + s.checks_passed; });
}

size_t JourneyResult::checks_failed() const {
  return std::accumulate(steps.begin(), steps.end(), size_t{0},
                         [](size_t n, const StepResult& s) { return n + s.checks_failed; });
}

const RaceResult* race_of(const JourneyResult& journey, const RunResult& run) {
  const auto found = std::ranges::find_if(run.races, [&](const RaceResult& race) {
    return race.file == journey.file && race.name == journey.name;
  });
  return found == run.races.end() ? nullptr : &*found;
}

}  // namespace peregrine::record
