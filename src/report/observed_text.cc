#include "report/observed_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "record/statement_shape.h"

namespace peregrine::report {

using base::Duration;
using record::LoadObserved;

namespace {

constexpr size_t kMostStatements = 5;
constexpr size_t kMostOthers = 5;  // tables, slow commands, routes
constexpr size_t kLeastText = 30;  // columns of a statement
constexpr size_t kMostColumns = 110;

double rate(uint64_t count, Duration span) {
  return span.count() > 0 ? static_cast<double>(count) / base::to_seconds(span) : 0;
}

std::string bytes(double count) {
  if (count < 1e6) return fmt::format("{:.0f} kB", count / 1e3);
  if (count < 1e9) return fmt::format("{:.1f} MB", count / 1e6);
  return fmt::format("{:.2f} GB", count / 1e9);
}

std::string bytes(uint64_t count) { return bytes(static_cast<double>(count)); }

std::string cut(std::string_view text, size_t used, size_t width) {
  const size_t room = std::max(width > used ? width - used : 0, kLeastText);
  const std::string shown = base::printable(text);
  if (base::count_characters(shown) <= room) return shown;
  return base::first_characters(shown, room - 1) + "…";
}

// Parts with commas between them, on as many lines as they take.
std::string in_lines(const std::vector<std::string>& parts, size_t width) {
  std::string text;
  size_t used = 0;
  for (const std::string& part : parts) {
    const size_t has = base::count_characters(part);
    if (used > 0 && used + has + 3 > width) {
      text += ",\n    ";
      used = 4;
    } else if (used > 0) {
      text += ", ";
      used += 2;
    }
    text += part;
    used += has;
  }
  return text + "\n";
}

// "3" or "3 to 12", of the first and the last point.
std::string levels(std::optional<uint64_t> first, std::optional<uint64_t> last) {
  if (!first || !last) return "?";
  if (*first == *last) return std::to_string(*first);
  return fmt::format("{} to {}", *first, *last);
}

std::string grows(const LoadObserved::Growth& growth) {
  if (growth.of == "memory") {
    return fmt::format("memory grows by {} a minute (±{}), {} over the load",
                       bytes(growth.per_minute), bytes(growth.margin), bytes(growth.grown));
  }
  return fmt::format("{} grow by {:.3g} a minute (±{:.2g}), {:.0f} over the load", growth.of,
                     growth.per_minute, growth.margin, growth.grown);
}

std::string network_text(const LoadObserved::Process& process, size_t width) {
  if (!process.network) return "";
  const LoadObserved::Network& network = *process.network;
  const auto moved = [&](std::string_view how, uint64_t count) {
    return fmt::format("{} {} ({}/s)", how, bytes(count), bytes(process.per_second(count)));
  };
  std::vector<std::string> parts = {moved("    received", network.received_bytes),
                                    moved("sent", network.sent_bytes),
                                    fmt::format("{} connections opened", network.opened),
                                    fmt::format("up to {} at once", network.connections)};
  if (network.retransmitted > 0) {
    parts.push_back(fmt::format("{} segments sent again", network.retransmitted));
  }
  return in_lines(parts, width);
}

// What of the network is not known.
std::string gaps_text(const LoadObserved& observed, const Paint& paint) {
  const LoadObserved::NetworkGaps& gaps = observed.gaps;
  std::string text;
  if (!gaps.why_not.empty()) {
    text += fmt::format("  the network was not measured: {}\n", base::printable(gaps.why_not));
  } else {
    for (const LoadObserved::Process& process : observed.processes) {
      if (process.network || process.points.empty()) continue;
      text += fmt::format("  the network of {} was not measured\n", base::printable(process.name));
    }
  }
  if (gaps.connections > 0) {
    text += fmt::format(
        "  {} connections lived between two looks, of nobody known: {} received, "
        "{} sent\n",
        gaps.connections, bytes(gaps.received_bytes), bytes(gaps.sent_bytes));
  }
  if (gaps.times_lost > 0) {
    text += paint.yellow(
        fmt::format("  more connections ended than the kernel can tell of, {} times: the network's "
                    "figures are too low\n",
                    gaps.times_lost));
  }
  if (gaps.not_followed > 0) {
    text +=
        paint.yellow(fmt::format("  {} sockets at looks were too many to follow: the network's "
                                 "figures are too low\n",
                                 gaps.not_followed));
  }
  return text;
}

std::string text_of(const LoadObserved::Process& process, size_t names, const Paint& paint,
                    size_t width) {
  if (process.points.empty()) return "";
  const LoadObserved::Point& first = process.points.front();
  const LoadObserved::Point& last = process.points.back();
  std::string name = base::printable(process.name);
  name.resize(std::max(name.size(), names), ' ');
  std::string text = fmt::format(
      "  {}  {:>5.1f}% of a processor, memory {} to {}, descriptors {}, threads {}", name,
      process.cpu_share() * 100, bytes(first.memory_bytes), bytes(last.memory_bytes),
      levels(first.descriptors, last.descriptors), levels(first.threads, last.threads));
  if (first.connections && last.connections) {
    text += ", connections " + levels(first.connections, last.connections);
  }
  text += "\n" + network_text(process, width);
  for (const LoadObserved::Growth& growth : process.growth) {
    text += paint.yellow("    " + grows(growth)) + "\n";
  }
  return text;
}

std::string line_of(const LoadObserved::Statement& statement, Duration all, size_t width) {
  const double share = all.count() > 0 ? static_cast<double>(statement.total.count()) /
                                             static_cast<double>(all.count())
                                       : 0;
  const Duration mean =
      statement.total / static_cast<int64_t>(std::max<uint64_t>(statement.calls, 1));
  std::string text = fmt::format("    {:>4.0f}%  {} calls, mean {}", share * 100, statement.calls,
                                 base::to_text(mean));
  if (statement.p95) text += ", p95 " + base::to_text(*statement.p95);
  text += fmt::format(", {} rows  ", statement.rows);
  return text + cut(record::statement_shape(statement.text), base::count_characters(text), width) +
         "\n";
}

std::string text_of(const LoadObserved::Postgres& postgres, const Paint& paint, size_t width) {
  const uint64_t blocks = postgres.blocks_hit + postgres.blocks_read;
  std::vector<std::string> parts = {
      fmt::format("  {}: {:.4g} transactions/s", base::printable(postgres.name),
                  rate(postgres.committed + postgres.rolled_back, postgres.span)),
      fmt::format("{} rolled back", postgres.rolled_back)};
  if (postgres.knows_statements) {
    parts.push_back(fmt::format("{} statements", postgres.calls));
    if (postgres.p95) parts.push_back("p95 " + base::to_text(*postgres.p95));
  }
  if (blocks > 0) {
    parts.push_back(
        fmt::format("{:.1f}% of blocks in its memory",
                    100 * static_cast<double>(postgres.blocks_hit) / static_cast<double>(blocks)));
  }
  parts.push_back(fmt::format("up to {} connections", postgres.connections));
  std::string text = in_lines(parts, width);
  if (postgres.deadlocks > 0)
    text += paint.red(fmt::format("    {} deadlocks\n", postgres.deadlocks));
  if (postgres.looks_waiting > 0) {
    text += paint.yellow(fmt::format("    sessions waited for locks at {} of {} looks, up to {}\n",
                                     postgres.looks_waiting, postgres.looks, postgres.waiting));
  }
  if (postgres.temporary_bytes > 0) {
    text += paint.yellow(
        fmt::format("    {} written to temporary files\n", bytes(postgres.temporary_bytes)));
  }
  for (size_t i = 0; i < std::min(postgres.statements.size(), kMostStatements); ++i) {
    text += line_of(postgres.statements[i], postgres.time, width);
  }
  for (size_t i = 0; i < std::min(postgres.scanned.size(), kMostOthers); ++i) {
    const LoadObserved::Scanned& table = postgres.scanned[i];
    text += paint.yellow(fmt::format(
        "    {} was read from end to end {} times, {} rows each ({})\n",
        base::printable(table.table), table.scans, table.rows_each(), bytes(table.size_bytes)));
  }
  return text;
}

std::string text_of(const LoadObserved::Redis& redis, const Paint& paint, size_t width) {
  std::string text = fmt::format("  {}: {:.4g} commands/s", base::printable(redis.name),
                                 rate(redis.commands, redis.span));
  if (const auto hits = redis.hit_rate()) {
    text += fmt::format(", {:.1f}% hits ({} of {})", *hits * 100, redis.hits,
                        redis.hits + redis.misses);
  }
  text += fmt::format(", memory {} to {}, up to {} clients\n", bytes(redis.memory_begin_bytes),
                      bytes(redis.memory_end_bytes), redis.clients);
  if (redis.evicted > 0) text += paint.yellow(fmt::format("    {} keys evicted\n", redis.evicted));
  if (redis.slow > 0) {
    text += paint.yellow(fmt::format("    {} commands took 10 ms or more\n", redis.slow));
  }
  for (size_t i = 0; i < std::min(redis.slowest.size(), kMostOthers); ++i) {
    const std::string took = fmt::format("    {:>9}  ", base::to_text(redis.slowest[i].took));
    text += took + cut(redis.slowest[i].text, base::count_characters(took), width) + "\n";
  }
  return text;
}

std::string failed(uint64_t count, const Paint& paint) {
  const std::string text = fmt::format("{} failed", count);
  return count > 0 ? paint.red(text) : text;
}

std::string text_of(const LoadObserved::Provider& provider, const Paint& paint, size_t width) {
  std::string text = fmt::format("  {}: {} calls, {}", base::printable(provider.name),
                                 provider.calls, failed(provider.failed, paint));
  if (provider.webhooks > 0) {
    text += fmt::format("; {} webhooks, {}", provider.webhooks,
                        failed(provider.webhooks_failed, paint));
  }
  text += "\n";
  for (size_t i = 0; i < std::min(provider.routes.size(), kMostOthers); ++i) {
    const LoadObserved::Route& route = provider.routes[i];
    const std::string counts = fmt::format("    {:>6}  ", route.calls);
    const std::string title = route.title.empty() ? "routes that it does not have" : route.title;
    text += counts + cut(title, base::count_characters(counts) + 12, width);
    if (route.failed > 0) text += ", " + failed(route.failed, paint);
    text += "\n";
  }
  return text;
}

}  // namespace

std::string observed_text(const LoadObserved& observed, const Paint& paint, size_t width) {
  std::string text;
  width = std::min(width, kMostColumns);
  size_t names = 0;
  for (const auto& process : observed.processes) names = std::max(names, process.name.size());
  for (const auto& process : observed.processes) text += text_of(process, names, paint, width);
  text += gaps_text(observed, paint);
  for (const auto& postgres : observed.postgres) text += text_of(postgres, paint, width);
  for (const auto& redis : observed.redis) text += text_of(redis, paint, width);
  for (const auto& provider : observed.providers) text += text_of(provider, paint, width);
  return text.empty() ? "" : "\n" + text;
}

}  // namespace peregrine::report
