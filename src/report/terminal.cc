#include "report/terminal.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "report/failure_text.h"
#include "report/paint.h"
#include "report/version.h"

namespace peregrine::report {

using record::JourneyResult;
using record::RunResult;
using record::Verdict;

namespace {

constexpr size_t kNameWidth = 56;

std::string plural(size_t n, std::string_view thing) {
  return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s");
}

std::string padded(const std::string& text) {
  const size_t width = base::count_characters(text);
  return width < kNameWidth ? text + std::string(kNameWidth - width, ' ') : text;
}

}  // namespace

void Terminal::system_ready(const RunResult& result) {
  if (options_.quiet) return;
  const Paint paint(options_.color);
  print(fmt::format("{}  {} {}  {}\n\n", paint.bold(fmt::format("peregrine {}", kVersion)),
                    result.trial, base::printable(result.system),
                    paint.dim(fmt::format("seed {}, system ready in {}", result.seed,
                                          base::to_text(result.startup)))));
}

void Terminal::journey_started(const JourneyResult& journey) {
  ++begun_;
  show_live(fmt::format("[{}/{}] {}", begun_, planned_, base::printable(journey.name)));
}

void Terminal::step_finished(const JourneyResult& journey, const record::StepResult& step) {
  show_live(fmt::format("[{}/{}] {}: step {} of {}", begun_, planned_,
                        base::printable(journey.name), journey.steps.size(),
                        journey.steps_planned));
  if (!options_.verbose || options_.quiet) return;
  const Paint paint(options_.color);
  const bool passed = step.verdict == Verdict::passed;
  print(fmt::format("    {} {}  {}\n", passed ? paint.green("+") : paint.red("x"),
                    padded(base::printable(step.sentence)),
                    paint.dim(base::to_text(step.duration))));
}

void Terminal::journey_finished(const JourneyResult& journey) {
  clear_live();
  const Paint paint(options_.color);
  const bool passed = journey.verdict == Verdict::passed;
  if (options_.quiet && passed) return;
  const std::string mark = passed                                     ? paint.green("PASS")
                           : journey.verdict == Verdict::inconclusive ? paint.yellow("STOP")
                                                                      : paint.red("FAIL");
  const std::string steps =
      passed ? plural(journey.steps.size(), "step")
             : fmt::format("{} of {}", journey.steps.size(), plural(journey.steps_planned, "step"));
  print(fmt::format(
      "{}  {}  {}\n", mark, padded(base::printable(journey.name)),
      paint.dim(fmt::format("{}, {}, {}", steps, plural(journey.checks_passed(), "check"),
                            base::to_text(journey.duration)))));
  for (const record::Failure& failure : journey.failures) {
    print(failure_text(failure, paint, options_.width));
  }
}

void Terminal::summary(const RunResult& result) {
  clear_live();
  const Paint paint(options_.color);
  auto count = [&](Verdict verdict) {
    return static_cast<size_t>(
        std::ranges::count(result.journeys, verdict, &JourneyResult::verdict));
  };
  const size_t failed = count(Verdict::failed);
  const size_t not_played = planned_ - count(Verdict::passed) - failed;
  std::string line = fmt::format("{} passed, {} failed", count(Verdict::passed), failed);
  if (not_played > 0) line += fmt::format(", {} not played to the end", not_played);
  const std::string colored = result.verdict == Verdict::passed   ? paint.green(line)
                              : result.verdict == Verdict::failed ? paint.red(line)
                                                                  : paint.yellow(line);
  if (!result.note.empty()) {
    print(fmt::format("\n{}\n", base::printable(result.note, true)));
  }
  print(fmt::format("\n{} in {}\n", colored, base::to_text(result.duration)));
  if (result.verdict != Verdict::passed && !result.repeat.empty()) {
    print(paint.dim(fmt::format("Again: {}\n", result.repeat)));
  }
}

void Terminal::clear_live() {
  if (!live_shown_) return;
  std::fputs("\r\x1b[K", out_);
  live_shown_ = false;
}

void Terminal::show_live(const std::string& text) {
  if (!options_.live || options_.quiet) return;
  // A line that wraps could not be cleared.
  clear_live();
  std::fputs(base::first_characters(text, options_.width - 1).c_str(), out_);
  std::fflush(out_);
  live_shown_ = true;
}

void Terminal::print(const std::string& text) {
  clear_live();
  std::fputs(text.c_str(), out_);
  std::fflush(out_);
}

}  // namespace peregrine::report
