#include "report/race_text.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "report/race_diagram.h"

namespace peregrine::report {

using record::RaceAct;
using record::RaceFinding;
using record::RaceResult;

namespace {

constexpr std::string_view kIndent = "      ";
constexpr size_t kLeastLine = 40;

std::string plural(size_t n, std::string_view thing) {
  return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s");
}

// What is known of the point of no return; empty where it was not looked for.
std::string no_return_text(const RaceFinding& finding) {
  if (!finding.no_return) {
    if (finding.no_return_note.empty()) return "";
    return "its point of no return is not known: " + finding.no_return_note;
  }
  const record::NoReturn& point = *finding.no_return;
  const std::string bound = fmt::format("up to {}", plural(point.preemptions, "preemption"));
  if (!point.act) return fmt::format("═ every order fell: {} with {}", point.orders, bound);
  if (point.orders == 1) return fmt::format("═ no other order goes on from there ({})", bound);
  return fmt::format("═ all {} orders that go on from there fell ({})", point.orders, bound);
}

std::string cut(const std::string& text, size_t width) {
  if (base::count_characters(text) <= width) return text;
  return base::first_characters(text, width - 1) + "…";
}

}  // namespace

std::string_view words_of(std::string_view kind) {
  if (kind == "invariant") return "an invariant fell";
  if (kind == "expectation") return "an expectation fell";
  if (kind == "not serial") return "its end is that of no order in turn";
  if (kind == "server error") return "a service failed";
  if (kind == "hang") return "nothing went on any more";
  if (kind == "at once") return "it fell when all went at once; no order that was played shows it";
  return kind;
}

std::string played_text(const RaceResult& race) {
  std::string text = plural(race.schedules, "order");
  if (race.exhausted) text += fmt::format(", all with up to {}", plural(race.bound, "preemption"));
  return text;
}

std::string finding_text(const RaceResult& race, const RaceFinding& finding, const Paint& paint,
                         size_t width) {
  std::string text = fmt::format("{}{}", kIndent, words_of(finding.kind));
  if (!finding.order.empty()) {
    text +=
        fmt::format(": order {}, {}", finding.schedule, plural(finding.preemptions, "preemption"));
  }
  if (finding.replayed > 0) {
    text += fmt::format(", shown again by {} of {}", finding.confirmed,
                        plural(finding.replayed, "replay"));
  }
  text += "\n" + race_diagram(race, finding, paint, width);
  if (std::ranges::any_of(finding.acts, &RaceAct::preempts)) {
    text += paint.dim(fmt::format("{}▶ before it another could have gone on\n", kIndent));
  }
  if (const std::string told = no_return_text(finding); !told.empty()) {
    text += paint.dim(fmt::format("{}{}\n", kIndent, told));
  }
  if (finding.further > 0) {
    text += paint.dim(fmt::format("{}{} more {} played to look for it\n", kIndent, finding.further,
                                  finding.further == 1 ? "order was" : "orders were"));
  }
  if (!finding.replay.command.empty()) {
    text +=
        paint.dim(fmt::format("{}again: {}\n", kIndent, base::printable(finding.replay.command)));
  }
  if (finding.order.empty()) return text;
  return text + paint.dim(fmt::format("{}this order again: --order {}\n", kIndent,
                                      fmt::join(finding.order, ",")));
}

std::string race_text(const RaceResult& race, const Paint& paint, size_t width) {
  std::string text;
  for (const RaceFinding& finding : race.findings) {
    text += finding_text(race, finding, paint, width);
  }
  const auto line = [&](const std::string& told) {
    const size_t room = std::max(width, kLeastLine) - kIndent.size();
    text += paint.dim(fmt::format("{}{}\n", kIndent, cut(base::printable(told), room)));
  };
  if (race.fired > 0) {
    line(fmt::format("all at once: {}, {} fell", plural(race.fired, "time"), race.fired_fell));
  }
  if (race.schedules > 0) {
    std::string each;
    if (race.median > base::Duration{}) each = fmt::format(", {} each", base::to_text(race.median));
    line(fmt::format("in order: {} of up to {}{}", plural(race.schedules, "order"),
                     plural(race.operations, "operation"), each));
  }
  if (!race.exhausted && !race.stopped.empty()) {
    line((race.schedules > 0 ? "not all: " : "") + race.stopped);
  }
  if (race.without_conflict + race.symmetric > 0) {
    line(fmt::format("left out: {} where nothing conflicts, {} alike but for who it is",
                     race.without_conflict, race.symmetric));
  }
  if (!race.serial_note.empty()) {
    line(race.serial_note);
  } else if (race.serial_orders > 0) {
    line(fmt::format("end states compared with those of {} in turn",
                     plural(race.serial_orders, "order")));
  }
  if (!race.not_compared.empty()) {
    line(fmt::format("not compared, as it differs by itself: {}",
                     fmt::join(race.not_compared, ", ")));
  }
  return text;
}

}  // namespace peregrine::report
