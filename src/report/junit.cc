#include "report/junit.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/rfc3339.h"
#include "base/text.h"

namespace peregrine::report {

using record::Verdict;

namespace {

// For attributes and content. What XML 1.0 cannot hold, not even escaped, becomes \xNN.
std::string escaped(std::string_view text) {
  std::string out;
  for (char c : base::printable(text, true)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

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
      escaped(journey.name), escaped(journey.file), escaped(journey.file), journey.line,
      base::to_seconds(journey.duration));
  if (journey.verdict == Verdict::passed) return out + "/>\n";
  out += ">\n";
  for (const record::Failure& failure : journey.failures) {
    out += fmt::format("      <failure message=\"{}\">{}</failure>\n",
                       escaped(failure.step + ": " + failure.message), escaped(describe(failure)));
  }
  if (journey.verdict == Verdict::skipped) {
    out += fmt::format("      <skipped message=\"{}\"/>\n", escaped(journey.skip));
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
      escaped(result.system), result.journeys.size(), count(Verdict::failed),
      count(Verdict::inconclusive) + count(Verdict::skipped), base::to_seconds(result.duration));
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n  <testsuite {} "
      "timestamp=\"{}\">\n",
      attributes, attributes, base::to_rfc3339(result.started));
  for (const record::JourneyResult& journey : result.journeys) out += test_case(journey);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace peregrine::report
