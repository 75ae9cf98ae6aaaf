#include "report/failure_text.h"

#include <fmt/core.h>

#include "base/text.h"

namespace peregrine::report {

using record::Event;

namespace {

constexpr size_t kLineShown = 200;
constexpr size_t kEventsShown = 40;
constexpr std::string_view kIndent = "      ";

std::string one_line(std::string_view text) {
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
  return base::printable(base::shortened(flat, kLineShown));
}

std::string mismatch_text(const record::Mismatch& m, const Paint& paint) {
  auto side = [](std::string_view sign, std::string_view label, const std::string& value) {
    std::string lines;
    for (std::string_view line : base::split(value, '\n')) {
      lines += fmt::format("{}    {} {:<9}{}\n", kIndent, sign, label, base::printable(line));
      label = "";
    }
    lines.pop_back();
    return lines;
  };
  return fmt::format("{}  {}\n{}\n{}\n", kIndent, base::printable(m.path),
                     paint.green(side("-", "expected", m.expected)),
                     paint.red(side("+", "actual", m.actual)));
}

std::string event_text(const Event& event, base::Instant begin, const Paint& paint) {
  std::string what;
  switch (event.kind) {
    case Event::Kind::step:
      return fmt::format("{}  {:>11}  {}\n", kIndent, "step", paint.bold(one_line(event.text)));
    case Event::Kind::request:
      what = fmt::format("-> {}  {}", event.source, one_line(event.text));
      break;
    case Event::Kind::answer:
      what = fmt::format("<- {}  {}", event.source, event.outcome);
      break;
    case Event::Kind::statement:
      what = fmt::format("   {}  {}  => {}", event.source, one_line(event.text),
                         one_line(event.outcome));
      break;
    case Event::Kind::log:
      what = fmt::format("   {} log  {}", event.source, one_line(event.text));
  }
  const double ms = std::chrono::duration<double, std::milli>(event.at - begin).count();
  std::string text = fmt::format("{}  {}  {}\n", kIndent, paint.dim(fmt::format("{:8.1f} ms", ms)),
                                 event.failed ? paint.red(what) : what);
  if (!event.detail.empty()) {
    text += fmt::format("{}                  {}\n", kIndent, paint.dim(one_line(event.detail)));
  }
  return text;
}

std::string events_text(const record::Failure& failure, const Paint& paint) {
  const auto& events = failure.events;
  if (events.empty()) return "";
  const size_t first = events.size() > kEventsShown ? events.size() - kEventsShown : 0;
  const size_t hidden = failure.earlier_events + first;
  std::string text = fmt::format("{}What happened{}:\n", kIndent,
                                 hidden > 0 ? fmt::format(", after {} earlier events", hidden)
                                            : ", from the start of the journey");
  for (size_t i = first; i < events.size(); ++i) {
    text += event_text(events[i], events.front().at, paint);
  }
  return text;
}

}  // namespace

std::string failure_text(const record::Failure& failure, const Paint& paint) {
  std::string text;
  text += fmt::format("    {}\n", paint.red("x " + base::printable(failure.step)));
  text +=
      fmt::format("{}{}\n", kIndent, paint.dim(fmt::format("{}:{}", failure.file, failure.line)));
  for (std::string_view line : base::split(failure.message, '\n')) {
    text += fmt::format("{}{}\n", kIndent, base::printable(line));
  }
  for (const record::Mismatch& m : failure.mismatches) text += mismatch_text(m, paint);
  if (!failure.seen.empty()) {
    text += fmt::format(
        "{}{}\n", kIndent,
        failure.seen.size() == 1 ? "What it saw:" : "What it saw while it waited, in this order:");
    for (const std::string& seen : failure.seen) {
      text += fmt::format("{}  {}\n", kIndent, one_line(seen));
    }
  }
  text += events_text(failure, paint);
  return text;
}

}  // namespace peregrine::report
