#include "report/failure_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace peregrine::report {

using record::Event;

namespace {

constexpr size_t kSeenShown = 400;  // bytes
constexpr size_t kLeastShown = 40;
constexpr size_t kEventsShown = 40;
constexpr size_t kLabel = 9;  // columns for "expected" and "actual", which notes have no need of
constexpr std::string_view kIndent = "      ";

// At most `room` characters of a text.
std::string cut(std::string text, size_t room) {
  if (base::count_characters(text) <= room) return text;
  return base::first_characters(text, room - 1) + "…";
}

// Text on one line, at most `room` characters of it.
std::string one_line(std::string_view text, size_t room) {
  std::string flat;
  bool blank = false;
  for (char c : text) {
    const bool space = c == '\n' || c == '\t' || c == ' ';
    if (!space) {
      if (blank && !flat.empty()) flat += ' ';
      flat += c;
    }
    blank = space;
  }
  return cut(base::printable(flat), room);
}

// A side of a mismatch. Where a note tells what differs, its beginning is enough.
std::string side_text(std::string_view sign, std::string_view label, const std::string& value,
                      size_t room) {
  std::string lines;
  for (std::string_view line : base::split(value, '\n')) {
    lines += fmt::format("{}    {} {:<{}}{}\n", kIndent, sign, label, kLabel,
                         cut(base::printable(line), room));
    label = "";
  }
  lines.pop_back();
  return lines;
}

// In a note, lines with a sign are those of either side.
std::string note_text(const std::string& note, const Paint& paint, size_t room) {
  std::string text;
  for (std::string_view line : base::split(note, '\n')) {
    const std::string shown = cut(base::printable(line), room);
    const std::string painted = line.starts_with("- ")   ? paint.green(shown)
                                : line.starts_with("+ ") ? paint.red(shown)
                                                         : paint.yellow(shown);
    text += fmt::format("{}      {}\n", kIndent, painted);
  }
  return text;
}

std::string mismatch_text(const record::Mismatch& m, const Paint& paint, size_t width) {
  constexpr size_t kMargin = 21;  // what stands before a value
  const size_t room = std::max(width, kMargin + kLeastShown) - kMargin;
  const size_t of_value = m.note.empty() ? std::string::npos : room;
  std::string text = fmt::format("{}  {}\n{}\n{}\n", kIndent, base::printable(m.path),
                                 paint.green(side_text("-", "expected", m.expected, of_value)),
                                 paint.red(side_text("+", "actual", m.actual, of_value)));
  if (!m.note.empty()) text += note_text(m.note, paint, room + kLabel);
  return text;
}

}  // namespace

std::string event_text(const Event& event, base::Instant begin, const Paint& paint, size_t width) {
  constexpr size_t kMargin = 22;  // what stands before the text
  const size_t room = std::max(width, kMargin + kLeastShown) - kMargin;
  if (event.kind == Event::Kind::step) {
    return fmt::format("{}{:>13}  {}\n", kIndent, "step", paint.bold(one_line(event.text, room)));
  }
  std::string_view sign = "·";
  std::string what = event.text;
  std::string more = event.detail;
  switch (event.kind) {
    case Event::Kind::request:
      sign = "→";
      break;
    case Event::Kind::answer:
      sign = "←";
      what = event.outcome;
      break;
    case Event::Kind::mail:
    case Event::Kind::statement:
    case Event::Kind::command:
      more = fmt::format("{}{}{}", event.outcome, more.empty() ? "" : ", ", more);
      break;
    case Event::Kind::sent:
    case Event::Kind::received:
      sign = event.kind == Event::Kind::sent ? "→" : "←";
      if (!event.outcome.empty()) what += ": " + event.outcome;
      break;
    case Event::Kind::call:
    case Event::Kind::webhook:
      sign = event.kind == Event::Kind::call ? "→" : "←";
      what += ": " + event.outcome;
      break;
    case Event::Kind::step:
    case Event::Kind::log:
    case Event::Kind::clock:
      break;
  }
  const std::string source = fmt::format("{} {}", sign, event.source);
  const size_t left = room - std::min(room - kLeastShown, base::count_characters(source) + 2);
  what = fmt::format("{}  {}", source, one_line(what, left));
  const double ms = std::chrono::duration<double, std::milli>(event.at - begin).count();
  std::string text = fmt::format("{}{}  {}\n", kIndent, paint.dim(fmt::format("{:10.1f} ms", ms)),
                                 event.failed ? paint.red(what) : what);
  if (!more.empty()) {
    text += fmt::format("{}{:17}{}\n", kIndent, "", paint.dim(one_line(more, room)));
  }
  return text;
}

namespace {

std::string events_text(const record::Failure& failure, const Paint& paint, size_t width) {
  const auto& events = failure.events;
  if (events.empty()) return "";
  const size_t first = events.size() > kEventsShown ? events.size() - kEventsShown : 0;
  const size_t hidden = failure.earlier_events + first;
  std::string text = fmt::format("{}What happened{}:\n", kIndent,
                                 hidden > 0 ? fmt::format(", after {} earlier events", hidden)
                                            : ", from the start of the journey");
  for (size_t i = first; i < events.size(); ++i) {
    text += event_text(events[i], events.front().at, paint, width);
  }
  return text;
}

}  // namespace

std::string failure_text(const record::Failure& failure, const Paint& paint, size_t width) {
  std::string text;
  text += fmt::format("    {}\n", paint.red("x " + base::printable(failure.step)));
  text +=
      fmt::format("{}{}\n", kIndent, paint.dim(fmt::format("{}:{}", failure.file, failure.line)));
  for (std::string_view line : base::split(failure.message, '\n')) {
    text += fmt::format("{}{}\n", kIndent, base::printable(line));
  }
  for (const record::Mismatch& m : failure.mismatches) {
    text += mismatch_text(m, paint, width);
  }
  if (!failure.seen.empty()) {
    text += fmt::format(
        "{}{}\n", kIndent,
        failure.seen.size() == 1 ? "What it saw:" : "What it saw while it waited, in this order:");
    for (const std::string& seen : failure.seen) {
      text += fmt::format("{}  {}\n", kIndent, one_line(seen, kSeenShown));
    }
  }
  text += events_text(failure, paint, width);
  return text;
}

}  // namespace peregrine::report
