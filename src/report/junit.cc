#include "report/junit.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/rfc3339.h"
#include "base/text.h"
#include "report/markup.h"

namespace peregrine::report {

using record::Verdict;

namespace {

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

std::string test_case(const record::JourneyResult& journey) {
  std::string out = fmt::format(
      "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.6f}\"",
      in_markup(journey.name), in_markup(journey.file), in_markup(journey.file), journey.line,
      base::to_seconds(journey.duration));
  if (journey.verdict == Verdict::passed) return out + "/>\n";
  out += ">\n";
  for (const record::Failure& failure : journey.failures) {
    out +=
        fmt::format("      <failure message=\"{}\">{}</failure>\n",
                    in_markup(failure.step + ": " + failure.message), in_markup(describe(failure)));
  }
  if (journey.verdict == Verdict::skipped) {
    out += fmt::format("      <skipped message=\"{}\"/>\n", in_markup(journey.skip));
  }
  if (journey.verdict == Verdict::inconclusive) out += "      <skipped/>\n";
  return out + "    </testcase>\n";
}

}  // namespace

std::string to_junit(const record::RunResult& result) {
  auto count = [&](Verdict verdict) {
    return std::ranges::count(result.journeys, verdict, &record::JourneyResult::verdict);
  };
  const std::string attributes = fmt::format(
      "name=\"{} {}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{:.6f}\"", result.trial,
      in_markup(result.system), result.journeys.size(), count(Verdict::failed),
      count(Verdict::inconclusive) + count(Verdict::skipped), base::to_seconds(result.duration));
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n  <testsuite {} "
      "timestamp=\"{}\">\n",
      attributes, attributes, base::to_rfc3339(result.started));
  for (const record::JourneyResult& journey : result.journeys) out += test_case(journey);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace peregrine::report
