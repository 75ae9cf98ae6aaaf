#include "report/junit.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/rfc3339.h"
#include "base/text.h"
#include "report/markup.h"
#include "report/race_text.h"

namespace peregrine::report {

using record::Verdict;

namespace {

constexpr size_t kWidth = 120;  // columns of a diagram

std::string describe(const record::Failure& failure) {
  std::string text =
      fmt::format("{}:{}: {}\n{}\n", failure.file, failure.line, failure.step, failure.message);
  for (const record::Mismatch& m : failure.mismatches) {
    text += fmt::format("{}\n  expected {}\n  actual   {}\n", m.path, m.expected, m.actual);
    if (m.note.empty()) continue;
    for (std::string_view line : base::split(m.note, '\n')) text += fmt::format("    {}\n", line);
  }
  return text;
}

// The order that shows a finding stands behind what fell in it.
std::string describe(const record::RaceResult& race) {
  std::string text;
  for (const record::RaceFinding& finding : race.findings) {
    text += "\n" + finding_text(race, finding, Paint(false), kWidth);
  }
  return text;
}

std::string test_case(const record::JourneyResult& journey, const record::RaceResult* race) {
  std::string out = fmt::format(
      "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.6f}\"",
      in_markup(journey.name), in_markup(journey.file), in_markup(journey.file), journey.line,
      base::to_seconds(journey.duration));
  if (journey.verdict == Verdict::passed) return out + "/>\n";
  out += ">\n";
  for (const record::Failure& failure : journey.failures) {
    const bool shows_order = race && &failure == &journey.failures.front();
    std::string told = describe(failure) + (shows_order ? describe(*race) : "");
    const bool last = &failure == &journey.failures.back();
    if (last && !journey.replay.command.empty()) told += "again: " + journey.replay.command + "\n";
    out += fmt::format("      <failure message=\"{}\">{}</failure>\n",
                       in_markup(failure.step + ": " + failure.message), in_markup(told));
  }
  if (journey.verdict == Verdict::skipped) {
    out += fmt::format("      <skipped message=\"{}\"/>\n", in_markup(journey.skip));
  }
  if (journey.verdict == Verdict::inconclusive) out += "      <skipped/>\n";
  return out + "    </testcase>\n";
}

// Each threshold of a load is a case of a suite that is named after the load.
std::string threshold_case(const record::LoadResult& load, const record::LoadThreshold& threshold) {
  const std::string on = threshold.on.empty() ? "" : threshold.on + ": ";
  std::string out =
      fmt::format("    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\"",
                  in_markup(fmt::format("{}{} {}", on, threshold.what, threshold.limit)),
                  in_markup(load.file), in_markup(load.file), load.line);
  if (threshold.held) return out + "/>\n";
  const std::string told = in_markup(fmt::format("{}{} is {}, its bound {}", on, threshold.what,
                                                 threshold.actual, threshold.limit));
  return out + fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n", told,
                           told);
}

size_t fallen(const record::LoadResult& load) {
  return static_cast<size_t>(
      std::ranges::count(load.thresholds, false, &record::LoadThreshold::held));
}

std::string suite(const record::LoadResult& load) {
  std::string out = fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"0\" time=\"{:.6f}\">\n",
      in_markup(load.name), load.thresholds.size(), fallen(load), base::to_seconds(load.measured));
  for (const record::LoadThreshold& threshold : load.thresholds) {
    out += threshold_case(load, threshold);
  }
  return out + "  </testsuite>\n";
}

// What a suite says of itself, or all of them together.
std::string attributes(const record::RunResult& result, size_t tests, size_t failures) {
  const auto count = [&](Verdict verdict) {
    return static_cast<size_t>(
        std::ranges::count(result.journeys, verdict, &record::JourneyResult::verdict));
  };
  return fmt::format(
      "name=\"{} {}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{:.6f}\"", result.trial,
      in_markup(result.system), result.journeys.size() + tests, count(Verdict::failed) + failures,
      count(Verdict::inconclusive) + count(Verdict::skipped), base::to_seconds(result.duration));
}

}  // namespace

std::string to_junit(const record::RunResult& result) {
  size_t thresholds = 0, crossed = 0;
  for (const record::LoadResult& load : result.loads) {
    thresholds += load.thresholds.size();
    crossed += fallen(load);
  }
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n  <testsuite {} "
      "timestamp=\"{}\">\n",
      attributes(result, thresholds, crossed), attributes(result, 0, 0),
      base::to_rfc3339(result.started));
  for (const record::JourneyResult& journey : result.journeys) {
    out += test_case(journey, record::race_of(journey, result));
  }
  out += "  </testsuite>\n";
  for (const record::LoadResult& load : result.loads) {
    if (!load.thresholds.empty()) out += suite(load);
  }
  return out + "</testsuites>\n";
}

}  // namespace peregrine::report
