#include "report/race_text.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "record/statement_shape.h"

namespace peregrine::report {

using record::RaceAct;
using record::RaceFinding;
using record::RaceResult;

namespace {

constexpr size_t kLeastColumn = 18;
constexpr size_t kMostColumn = 64;
constexpr size_t kNumber = 4;  // columns of a line's number

std::string cut(const std::string& text, size_t width) {
  if (base::count_characters(text) <= width) return text;
  return base::first_characters(text, width - 1) + "…";
}

std::string described(const RaceAct& act) {
  switch (act.kind) {
    case RaceAct::Kind::begins:
      return "begins";
    case RaceAct::Kind::ends:
      return "is done";
    case RaceAct::Kind::blocks:
      return "waits for another";
    case RaceAct::Kind::goes_on:
      return "goes on";
    case RaceAct::Kind::asks:
      break;
  }
  return base::printable(record::statement_shape(act.text));
}

std::string line_of(const RaceResult& race, const RaceAct& act, size_t number, const Paint& paint,
                    size_t column) {
  std::string line = fmt::format(
      "{:>{}} ", act.kind == RaceAct::Kind::asks ? std::to_string(number) : "", kNumber);
  for (size_t i = 0; i < act.contender; ++i) line += "│" + std::string(column, ' ');
  line += "│ ";
  const bool asks = act.kind == RaceAct::Kind::asks;
  const std::string text = cut(described(act), column - 2);
  if (!asks) return line + paint.dim(text) + "\n";
  const std::string marked = act.preempts ? paint.yellow("▶ " + cut(text, column - 4)) : text;
  line += act.failed ? paint.red(marked) : marked;
  if (!act.outcome.empty() && act.contender + 1 == race.contenders.size()) {
    line += paint.dim("  → " + cut(base::printable(act.outcome), column));
  }
  return line + "\n";
}

}  // namespace

std::string finding_text(const RaceResult& race, const RaceFinding& finding, const Paint& paint,
                         size_t width) {
  std::string text =
      fmt::format("      {} ({})\n", paint.red(base::printable(finding.what, true)), finding.kind);
  if (finding.replayed > 0) {
    text += paint.dim(
        fmt::format("      found in order {} of those played, with {} preemption{}; replayed {} "
                    "times, the same "
                    "{} times\n",
                    finding.schedule, finding.preemptions, finding.preemptions == 1 ? "" : "s",
                    finding.replayed, finding.confirmed));
  }
  if (finding.acts.empty()) return text;
  const size_t columns = std::max<size_t>(race.contenders.size(), 1);
  const size_t column = std::clamp((width - kNumber - 2) / columns, kLeastColumn, kMostColumn) - 1;
  std::string head = std::string(kNumber + 1, ' ');
  for (const std::string& name : race.contenders) {
    const std::string title = cut("contender " + name, column);
    head += title + std::string(column + 1 - base::count_characters(title), ' ');
  }
  text += paint.bold(head) + "\n";
  size_t number = 0;
  for (const RaceAct& act : finding.acts) {
    if (act.kind == RaceAct::Kind::asks) ++number;
    text += line_of(race, act, number, paint, column);
  }
  if (finding.order.empty()) return text;
  return text + paint.dim(fmt::format("      this order again: --order {}\n",
                                      fmt::join(finding.order, ",")));
}

std::string race_text(const RaceResult& race, const Paint& paint, size_t width) {
  std::string text;
  const auto line = [&](const std::string& told) {
    text += paint.dim(fmt::format("      {}\n", told));
  };
  if (race.fired > 0) {
    line(fmt::format("all at once: {} times, of which {} fell", race.fired, race.fired_fell));
  }
  if (race.schedules > 0) {
    line(fmt::format("{} order{} of up to {} operations, {} each; {}", race.schedules,
                     race.schedules == 1 ? "" : "s", race.operations, base::to_text(race.median),
                     race.exhausted
                         ? fmt::format("all there are with up to {} preemptions", race.bound)
                         : "not all: " + race.stopped));
    line(fmt::format("left out: {} where nothing conflicts, {} that differ by who it is alone",
                     race.without_conflict, race.symmetric));
  } else if (!race.stopped.empty()) {
    line(race.stopped);
  }
  if (!race.serial_note.empty()) {
    line(race.serial_note);
  } else if (race.serial_orders > 0) {
    line(fmt::format("end states compared with those of {} orders in turn", race.serial_orders));
  }
  if (!race.not_compared.empty()) {
    line(cut(fmt::format("not compared, as it differs by itself: {}",
                         fmt::join(race.not_compared, ", ")),
             width - 8));
  }
  for (const RaceFinding& finding : race.findings) {
    text += finding_text(race, finding, paint, width);
  }
  return text;
}

}  // namespace peregrine::report
