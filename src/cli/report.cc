// peregrine report: an earlier run is told again, and other reports are made of it.
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/reports.h"
#include "cli/tell.h"
#include "cli/terminal_options.h"
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

}  // namespace

int report_command(const Flags& flags) {
  const auto requests = parse_reports(flags.reports);
  if (!requests) return tell(requests.error().to_string(), kWrongFile);
  if (std::ranges::any_of(*requests, is_live)) {
    return tell("jsonl is what a report is made from, not made of it", kWrongFile);
  }
  const auto run = read_run(flags.name);
  if (!run) return tell(run.error().to_string(), kWrongFile);
  const Result<> written = write_reports(*requests, *run);
  if (!written) return tell(written.error().to_string(), kOwnError);
  report::Terminal terminal(stdout, terminal_options(flags), run->journeys.size());
  terminal.system_ready(*run);
  for (const record::JourneyResult& journey : run->journeys) terminal.journey_finished(journey);
  terminal.summary(*run);
  return kHeld;
}

}  // namespace peregrine::cli
