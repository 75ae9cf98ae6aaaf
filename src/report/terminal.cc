#include "report/terminal.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "record/statement_shape.h"
#include "report/failure_text.h"
#include "report/load_text.h"
#include "report/paint.h"
#include "report/race_text.h"
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

std::string note_text(const record::Note& note, size_t width) {
  const bool told = note.text.empty() || note.kind == record::Note::Kind::no_longer_reproduces;
  if (told) return fmt::format("      note: {}\n", base::printable(describe(note)));
  const std::string text = base::printable(record::statement_shape(note.text));
  return fmt::format("      note: {}\n            in \"{}\": {}\n", base::printable(describe(note)),
                     base::printable(note.step),
                     base::first_characters(text, std::max(width, kNameWidth) - kNameWidth / 2));
}

// Of each journey that failed, how often: what fails sometimes is another thing than what fails.
std::string rounds_text(const RunResult& result) {
  struct Tally {
    std::string name;
    size_t plays = 0;
    size_t failed = 0;
  };
  std::map<std::string, Tally> tallies;  // by file
  for (const JourneyResult& journey : result.journeys) {
    Tally& tally = tallies[journey.file];
    tally.name = journey.name;
    ++tally.plays;
    if (journey.verdict == Verdict::failed) ++tally.failed;
  }
  std::string text;
  for (const auto& [file, tally] : tallies) {
    if (tally.failed == 0) continue;
    text += fmt::format("{}: {} of {} failed\n", base::printable(tally.name), tally.failed,
                        plural(tally.plays, "play"));
  }
  return text;
}

// How much of it was played.
std::string how_far(const JourneyResult& journey, const std::optional<record::RaceResult>& race,
                    const std::string& steps) {
  if (race && race->schedules > 0) return played_text(*race);
  return fmt::format("{}, {}, {}", steps, plural(journey.checks_passed(), "check"),
                     base::to_text(journey.duration));
}

// The diagram of a finding stands in their place.
record::Failure without_events(record::Failure failure) {
  failure.events.clear();
  return failure;
}

}  // namespace

void Terminal::system_ready(const RunResult& result) {
  is_load_ = result.trial == "load";
  if (options_.quiet) return;
  const Paint paint(options_.color);
  rounds_ = result.rounds;
  const std::string rounds = rounds_ == 1 ? "" : fmt::format(", {} rounds", rounds_);
  print(fmt::format("{}  {} {}  {}\n\n", paint.bold(fmt::format("peregrine {}", kVersion)),
                    result.trial, base::printable(result.system),
                    paint.dim(fmt::format("seed {}{}{}, system ready in {}", result.seed,
                                          result.shuffled ? ", shuffled" : "", rounds,
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
  const std::optional<record::RaceResult> race = std::exchange(race_, std::nullopt);
  const bool passed = journey.verdict == Verdict::passed;
  if (journey.verdict == Verdict::skipped) return tell_skipped(journey);
  if (options_.quiet && passed) return;
  const Paint paint(options_.color);
  const std::string mark = passed                                     ? paint.green("PASS")
                           : journey.verdict == Verdict::inconclusive ? paint.yellow("STOP")
                                                                      : paint.red("FAIL");
  std::string name = base::printable(journey.name);
  if (rounds_ > 1) name += fmt::format(" [{}/{}]", journey.round + 1, rounds_);
  print(fmt::format("{}  {}  {}\n", mark, padded(name),
                    paint.dim(how_far(journey, race, steps_text(journey)))));
  for (const record::StepResult& step : journey.steps) {
    if (step.skip.empty()) continue;
    print(paint.dim(fmt::format("      left out: {}: {}\n", base::printable(step.sentence),
                                base::printable(step.skip))));
  }
  for (const record::Note& note : journey.notes) {
    print(paint.yellow(note_text(note, options_.width)));
  }
  for (const record::Failure& failure : journey.failures) {
    print(failure_text(race && !race->findings.empty() ? without_events(failure) : failure, paint,
                       options_.width));
  }
  if (race) print(race_text(*race, paint, options_.width));
  if (!passed && !journey.replay.command.empty()) {
    print(paint.dim(fmt::format("      again: {}\n", base::printable(journey.replay.command))));
  }
  if (!passed && journey.round > 0) {
    print(paint.dim(fmt::format("      this round alone: --seed {}\n", journey.seed)));
  }
}

// Of a journey that is loaded these are what is done once: before its users play, and after it.
std::string Terminal::steps_text(const JourneyResult& journey) const {
  const std::string steps =
      journey.verdict == Verdict::passed
          ? plural(journey.steps.size(), "step")
          : fmt::format("{} of {}", journey.steps.size(), plural(journey.steps_planned, "step"));
  return is_load_ ? "once, around its load: " + steps : steps;
}

void Terminal::load_progressed(const record::LoadProgress& load) {
  show_live(base::printable(load.name) + "  " + progress_text(load));
}

void Terminal::race_progressed(const record::RaceResult& race) {
  show_live(fmt::format("[{}/{}] {}: {} orders", begun_, planned_, base::printable(race.name),
                        race.schedules));
}

void Terminal::race_finished(const record::RaceResult& race) { race_ = race; }

void Terminal::tell_skipped(const JourneyResult& journey) {
  ++begun_;
  if (options_.quiet) return;
  const Paint paint(options_.color);
  print(fmt::format("{}  {}  {}\n", paint.yellow("SKIP"), padded(base::printable(journey.name)),
                    paint.dim(base::printable(journey.skip))));
}

void Terminal::summary(const RunResult& result) {
  clear_live();
  const Paint paint(options_.color);
  auto count = [&](Verdict verdict) {
    return static_cast<size_t>(
        std::ranges::count(result.journeys, verdict, &JourneyResult::verdict));
  };
  for (const record::LoadResult& load : result.loads) {
    print(load_text(load, paint, options_.width));
  }
  const size_t failed = count(Verdict::failed);
  const size_t skipped = count(Verdict::skipped);
  const size_t told = count(Verdict::passed) + failed + skipped;
  const size_t not_played = planned_ > told ? planned_ - told : 0;
  std::string line = fmt::format("{} passed, {} failed", count(Verdict::passed), failed);
  if (skipped > 0) line += fmt::format(", {} skipped", skipped);
  if (not_played > 0) line += fmt::format(", {} not played to the end", not_played);
  const std::string colored = result.verdict == Verdict::passed   ? paint.green(line)
                              : result.verdict == Verdict::failed ? paint.red(line)
                                                                  : paint.yellow(line);
  if (!result.note.empty()) {
    print(fmt::format("\n{}\n", base::printable(result.note, true)));
  }
  if (result.rounds > 1 && failed > 0) print("\n" + rounds_text(result));
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
