// peregrine report: an earlier run is told again, and other reports are made of it; of several runs
// of the same load one is made.
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/playing.h"
#include "cli/reports.h"
#include "cli/tell.h"
#include "cli/terminal_options.h"
#include "report/merge.h"
#include "report/run_reader.h"

namespace peregrine::cli {

using base::Code;
using base::Result;

namespace {

constexpr size_t kMostBytesOfLine = size_t{256} << 20;
constexpr size_t kBytesOfPart = size_t{64} << 10;

// Reads a line, without its end; false behind the last. Of one that is too long only somewhat more
// than it may have.
bool read_line(std::istream& file, std::string& line) {
  line.clear();
  std::vector<char> part(kBytesOfPart);
  while (line.size() <= kMostBytesOfLine) {
    file.getline(part.data(), static_cast<std::streamsize>(part.size()));
    const auto got = static_cast<size_t>(file.gcount());
    const bool ended = file.good();  // by a newline, which is counted
    line.append(part.data(), ended ? got - 1 : got);
    const bool filled = file.fail() && !file.bad() && got > 0;  // the part: there may be more
    if (!filled) return ended || !line.empty();
    file.clear();
  }
  return true;
}

// A run that was killed may have been killed within its last line.
Result<record::RunResult> read_run(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::fail_errno(errno, fmt::format("read {}", path));
  report::RunReader reader;
  std::string line;
  for (size_t number = 1; read_line(file, line); ++number) {
    if (line.size() > kMostBytesOfLine) {
      return base::fail(Code::limit, "{}:{}: a line of more than {} bytes", path, number,
                        kMostBytesOfLine);
    }
    Result<> taken = reader.take(line);
    if (!taken && file.eof() && reader.begun()) break;
    if (!taken) {
      return base::because(taken.error(), fmt::format("{}:{} is no line of `jsonl`", path, number));
    }
  }
  if (!reader.begun()) return base::fail(Code::invalid, "{}: there is nothing in it", path);
  return std::move(reader).finish();
}

bool merges(const Flags& flags) { return flags.runs.front() == kMerge; }

Result<record::RunResult> read_and_merge(const std::vector<std::string>& paths) {
  if (paths.size() < 2) {
    return base::fail(Code::invalid, "merge what? write it as `report merge A.jsonl B.jsonl`");
  }
  if (paths.size() > report::kMostMergedRuns) {
    return base::fail(Code::limit, "more than {} runs", report::kMostMergedRuns);
  }
  std::vector<report::NamedRun> runs;
  for (const std::string& path : paths) {
    TRY(record::RunResult run, read_run(path));
    runs.push_back({path, std::move(run)});
  }
  return report::merge(std::move(runs));
}

Result<record::RunResult> read_runs(const Flags& flags) {
  if (merges(flags)) return read_and_merge({flags.runs.begin() + 1, flags.runs.end()});
  if (flags.runs.size() == 1) return read_run(flags.runs.front());
  return base::fail(Code::invalid,
                    "one run is told at a time; `report merge` adds several of the same load");
}

}  // namespace

int report_command(const Flags& flags) {
  const auto requests = parse_reports(flags.reports);
  if (!requests) return tell(requests.error().to_string(), kWrongFile);
  if (std::ranges::any_of(*requests, is_live)) {
    return tell("jsonl is what a report is made from, not made of it", kWrongFile);
  }
  const auto run = read_runs(flags);
  if (!run) return tell(run.error().to_string(), kWrongFile);
  const Result<> written = write_reports(*requests, *run);
  if (!written) return tell(written.error().to_string(), kOwnError);
  report::Terminal terminal(stdout, terminal_options(flags), run->journeys.size());
  terminal.system_ready(*run);
  for (const record::JourneyResult& journey : run->journeys) {
    if (const record::RaceResult* race = race_of(journey, *run)) terminal.race_finished(*race);
    terminal.journey_finished(journey);
  }
  terminal.summary(*run);
  // What is merged has never been judged before.
  return merges(flags) ? exit_code(*run) : kHeld;
}

}  // namespace peregrine::cli
