#include "report/load_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "report/observed_text.h"

namespace peregrine::report {

using base::Duration;
using base::Histogram;
using record::LoadResult;
using record::LoadSlice;

namespace {

constexpr size_t kLeastName = 24;
constexpr size_t kFigureWidth = 9;
constexpr size_t kFigures = 7;  // of a row
constexpr size_t kMostChart = 60;

// "12,345"
std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string per_second(uint64_t count, Duration span) {
  if (span <= Duration::zero()) return "-";
  const double rate = static_cast<double>(count) / base::to_seconds(span);
  return rate < 100 ? fmt::format("{:.3g}/s", rate)
                    : grouped(static_cast<uint64_t>(std::llround(rate))) + "/s";
}

std::string percent(uint64_t some, uint64_t all) {
  if (all == 0) return "0%";
  return fmt::format("{:.3g}%", 100 * static_cast<double>(some) / static_cast<double>(all));
}

std::string time_text(const Histogram& times, double share) {
  return times.empty() ? "-" : base::to_text(times.at(share));
}

std::string padded_left(const std::string& text, size_t width) {
  const size_t has = base::count_characters(text);
  return has < width ? std::string(width - has, ' ') + text : text;
}

std::string padded_right(const std::string& text, size_t width) {
  const size_t has = base::count_characters(text);
  return has < width ? text + std::string(width - has, ' ') : text;
}

// Of a name that is longer its beginning, with "…".
std::string in_width(const std::string& name, size_t width) {
  if (base::count_characters(name) <= width) return padded_right(name, width);
  return base::first_characters(name, width - 1) + "…";
}

std::string row(const std::string& name, size_t width, const Histogram& times) {
  std::string line = "  " + in_width(name, width);
  for (const Duration time : {times.at(0.5), times.at(0.9), times.at(0.95), times.at(0.99),
                              times.at(0.999), times.most(), times.mean()}) {
    line += padded_left(base::to_text(time), kFigureWidth + 1);
  }
  return line + "\n";
}

// That these are times of messages is said where the name ends, whatever is cut off of it.
std::string row_of_messages(const std::string& name, size_t width, const Histogram& times) {
  constexpr std::string_view kMark = " (messages)";
  return row(std::string(base::first_characters(name, width - kMark.size())) + std::string(kMark),
             width, times);
}

std::string header(size_t width) {
  std::string line(width + 2, ' ');
  for (const char* figure : {"p50", "p90", "p95", "p99", "p99.9", "max", "mean"}) {
    line += padded_left(figure, kFigureWidth + 1);
  }
  return line + "\n";
}

std::string latencies(const LoadResult& load, const Paint& paint, size_t width) {
  const size_t figures = kFigures * (kFigureWidth + 1) + 2;
  const size_t names = std::clamp<size_t>(width > figures ? width - figures : 0, kLeastName, 60);
  std::string text = paint.dim(header(names));
  const bool none = std::ranges::all_of(
      load.steps, [](const record::LoadStep& step) { return step.times.latency.empty(); });
  if (load.requests.latency.empty() && none) return text + "  nothing was asked\n";
  for (const record::LoadStep& step : load.steps) {
    if (step.times.latency.empty()) continue;
    const std::string what = base::printable(step.sentence);
    text += step.messages ? row_of_messages(what, names, step.times.latency)
                          : row(what, names, step.times.latency);
  }
  text += row("all requests", names, load.requests.latency);
  // Of a load that was killed the parts are not known.
  const auto part = [&](const char* name, const Histogram& times) {
    if (!times.empty()) text += paint.dim(row(name, names, times));
  };
  part("  of it: the service", load.requests.service);
  part("  of it: held up before", load.requests.blocked);
  if (!load.plays.empty()) text += row("whole plays", names, load.plays);
  return text;
}

// A line of blocks, each as high as its value is beside the largest.
std::string chart(const std::vector<double>& values) {
  static constexpr std::array<std::string_view, 8> kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double most = values.empty() ? 0 : *std::ranges::max_element(values);
  std::string line;
  for (const double value : values) {
    const double share = most > 0 ? value / most : 0;
    const auto height = static_cast<size_t>(std::lround(share * (kBlocks.size() - 1)));
    line += kBlocks[std::min(height, kBlocks.size() - 1)];
  }
  return line;
}

struct Curves {
  std::vector<double> rate;  // requests in a second
  std::vector<double> p99;   // ns
  std::vector<double> users;
  std::string uncounted;  // a dot under each point of which not all is counted, else a blank
};

// So few points that they have room, each of whole slices.
Curves curves(const std::vector<LoadSlice>& slices) {
  Curves all;
  const size_t each = (slices.size() + kMostChart - 1) / std::max<size_t>(kMostChart, 1);
  for (size_t i = 0; i < slices.size(); i += std::max<size_t>(each, 1)) {
    Histogram latency;
    double requests = 0, seconds = 0, users = 0;
    bool counted = true;
    for (size_t k = i; k < std::min(i + std::max<size_t>(each, 1), slices.size()); ++k) {
      latency.merge(Histogram::from_text(slices[k].latency).value_or(Histogram()));
      requests += static_cast<double>(slices[k].requests);
      seconds += base::to_seconds(slices[k].length);
      users = std::max(users, static_cast<double>(slices[k].users));
      counted = counted && slices[k].counted;
    }
    all.uncounted += counted ? " " : "·";
    all.rate.push_back(seconds > 0 ? requests / seconds : 0);
    all.p99.push_back(static_cast<double>(latency.at(0.99).count()));
    all.users.push_back(users);
  }
  return all;
}

std::string charts(const LoadResult& load, const Paint& paint) {
  if (load.slices.size() < 3) return "";
  const Curves all = curves(load.slices);
  const auto most = [](const std::vector<double>& values) {
    return *std::ranges::max_element(values);
  };
  std::string text;
  text += fmt::format("  requests  {}  {}\n", chart(all.rate),
                      paint.dim(fmt::format("up to {:.4g}/s", most(all.rate))));
  text += fmt::format(
      "  p99       {}  {}\n", chart(all.p99),
      paint.dim("up to " + base::to_text(Duration(static_cast<int64_t>(most(all.p99))))));
  text += fmt::format("  {}   {}  {}\n", load.open ? "playing" : "users  ", chart(all.users),
                      paint.dim(fmt::format("up to {:.0f}", most(all.users))));
  if (all.uncounted.contains("·")) {
    text += paint.dim(fmt::format("            {}  not counted above: {}\n", all.uncounted,
                                  load.warm_up > Duration::zero()
                                      ? "the warm-up, and what ended after the load"
                                      : "what ended after the load"));
  }
  return text;
}

std::string streams(const LoadResult& load, const Paint& paint) {
  const record::LoadStreams& all = load.streams;
  if (all.most_open == 0) return "";
  std::string text = fmt::format("  {} streams opened, at most {} open; {} messages, {}",
                                 grouped(all.opened), grouped(all.most_open), grouped(all.messages),
                                 per_second(all.messages, load.measured));
  if (all.broke > 0) text += "; " + paint.red(fmt::format("{} broke", grouped(all.broke)));
  return text + "\n";
}

std::string counts(const LoadResult& load, const Paint& paint) {
  std::string text = fmt::format("  {} requests, {}; {} plays, {}; ", grouped(load.asked()),
                                 per_second(load.asked(), load.measured), grouped(load.ended),
                                 per_second(load.ended, load.measured));
  const std::string failed =
      fmt::format("{} failed ({})", grouped(load.failed), percent(load.failed, load.ended));
  text += load.failed > 0 ? paint.red(failed) : failed;
  if (load.lost > 0) text += fmt::format(", {} lost", grouped(load.lost));
  text +=
      fmt::format("; at most {} {}\n", grouped(load.users), load.open ? "plays at once" : "users");
  text += streams(load, paint);
  if (load.cut > 0) {
    text +=
        paint.yellow(fmt::format("  {} plays had not ended when the time for the last ones "
                                 "was over\n",
                                 grouped(load.cut)));
  }
  if (load.not_begun > 0) {
    text +=
        paint.red(fmt::format("  {} plays that were due were never begun: as many as may play "
                              "at once were playing\n",
                              grouped(load.not_begun)));
  }
  return text;
}

std::string thresholds(const LoadResult& load, const Paint& paint) {
  std::string text;
  for (const record::LoadThreshold& one : load.thresholds) {
    const std::string on = one.on.empty() ? "" : base::printable(one.on) + ": ";
    text += fmt::format("  {} {}{} {}  {}\n", one.held ? paint.green("+") : paint.red("x"), on,
                        one.what, one.limit,
                        one.held ? paint.dim("is " + one.actual) : paint.red("is " + one.actual));
  }
  return text.empty() ? "" : "\n" + text;
}

std::string failures(const LoadResult& load, const Paint& paint, size_t width) {
  std::string text;
  for (const record::LoadFailures& one : load.failures) {
    text += fmt::format("  {} {}\n", paint.red(grouped(one.count)), base::printable(one.kind));
    if (one.texts.empty()) continue;
    for (const std::string_view line : base::split(one.texts.front(), '\n')) {
      text += paint.dim("      " + base::first_characters(base::printable(line), width - 6)) + "\n";
    }
  }
  return text.empty() ? "" : "\n" + text;
}

std::string phase_row(const record::LoadPhase& phase, bool open, const Paint& paint) {
  const std::string level = fmt::format("{:.4g}{}", phase.level, open ? "/s" : " users");
  std::string line =
      "  " + padded_left(level, 12) + padded_left(fmt::format("{:.4g}/s", phase.per_second), 12);
  for (const double share : {0.5, 0.95, 0.99}) {
    line += padded_left(time_text(phase.latency, share), kFigureWidth + 1);
  }
  line += padded_left(percent(phase.failed, phase.ended), 9) + "  ";
  line +=
      phase.fell.empty() ? paint.green("held") : paint.red("fell: ") + base::printable(phase.fell);
  return line + "\n";
}

std::string limit_text(const LoadResult& load, const Paint& paint) {
  if (!load.limit) return "";
  const record::LoadLimit& limit = *load.limit;
  const auto level = [&](double number) {
    return fmt::format("{:.4g}{}", number, load.open ? " plays/s" : " users");
  };
  std::string text =
      paint.dim("         level    requests       p50       p95       p99   failed\n");
  for (const record::LoadPhase& phase : limit.phases) text += phase_row(phase, load.open, paint);
  text += "\n";
  if (limit.held && limit.fell) {
    text += fmt::format("  {}\n", paint.bold(fmt::format("It bears {}; at {} a threshold fell.",
                                                         level(*limit.held), level(*limit.fell))));
  } else if (limit.held) {
    text += fmt::format("  It bears {}; no threshold fell{}.\n", level(*limit.held),
                        limit.stopped.empty() ? "" : ": " + limit.stopped);
  } else if (limit.fell) {
    text += "  " +
            paint.red(fmt::format("A threshold fell at {}, where it began.", level(*limit.fell))) +
            "\n";
  }
  if (limit.recovery) {
    const bool back = limit.recovery->fell.empty();
    text += fmt::format(
        "  Afterwards, at {} again: {} (p99 {})\n", level(*limit.held),
        back ? paint.green("all thresholds hold, it has recovered")
             : paint.red("it has not recovered: " + base::printable(limit.recovery->fell)),
        time_text(limit.recovery->latency, 0.99));
  }
  return text + "\n";
}

std::string generator(const LoadResult& load, const Paint& paint) {
  const LoadResult::Generator& it = load.generator;
  const double span = base::to_seconds(load.measured);
  const double share = span > 0 ? base::to_seconds(it.cpu) / span : 0;
  std::string several;
  if (it.processes > 1) {
    several = fmt::format(" in {} processes (the busiest {:.0f}%)", it.processes,
                          it.cpu_share(load.measured) * 100);
  }
  const double each =
      load.asked() > 0 ? base::to_seconds(it.cpu) * 1e6 / static_cast<double>(load.asked()) : 0;
  std::string text = paint.dim(
      fmt::format("  Peregrine itself: {:.0f}% of a processor{}, {:.1f} µs a request, {:.0f} MB, "
                  "late by {} at p99\n",
                  share * 100, several, each, static_cast<double>(it.rss_bytes) / 1e6,
                  base::to_text(it.lag.at(0.99))));
  if (load.generator_is_slow()) {
    text +=
        paint.yellow("  Peregrine itself was the bottleneck: a part of these times is its own\n");
  }
  return text;
}

}  // namespace

std::string load_text(const LoadResult& load, const Paint& paint, size_t width) {
  std::string text =
      fmt::format("\n{}  {}\n\n", paint.bold(base::printable(load.name)), paint.dim(load.model));
  text += limit_text(load, paint);
  text += counts(load, paint) + "\n";
  text += latencies(load, paint, width) + "\n";
  text += charts(load, paint);
  text += thresholds(load, paint);
  text += failures(load, paint, width);
  text += observed_text(load.observed, paint, width);
  if (!load.aborted.empty()) {
    text += "\n  " + paint.red("ended early: " + base::printable(load.aborted)) + "\n";
  }
  // Of a load that was killed nothing is known of it.
  if (load.generator.rss_bytes > 0) text += "\n" + generator(load, paint);
  return text + "\n";
}

std::string progress_text(const record::LoadProgress& progress) {
  const Histogram latency = Histogram::from_text(progress.last.latency).value_or(Histogram());
  std::string time = base::to_text(progress.elapsed);
  constexpr size_t kBar = 20;
  std::string bar;
  if (progress.length != Duration::max()) {
    const double share = base::to_seconds(progress.elapsed) / base::to_seconds(progress.length);
    const auto done = static_cast<size_t>(std::clamp(share, 0.0, 1.0) * kBar);
    bar = "[";
    for (size_t i = 0; i < kBar; ++i) bar += i < done ? "#" : "-";
    bar += "] ";
    time += " of " + base::to_text(progress.length);
  }
  return fmt::format("{}{}  {} playing  {}  p50 {}  p99 {}  {} failed", bar, time, progress.playing,
                     per_second(progress.last.requests, progress.last.length),
                     time_text(latency, 0.5), time_text(latency, 0.99), progress.last.failed);
}

}  // namespace peregrine::report
