// `--report FORMAT=PATH`.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/results.h"
#include "report/jsonl.h"

namespace peregrine::cli {

// "json", …
std::vector<std::string_view> report_formats();

struct ReportRequest {
  std::string format;
  std::string path;
};

// Fails on an unknown format or a missing path, and when the path's folder does not exist: better
// before the trial than after it.
base::Result<std::vector<ReportRequest>> parse_reports(const std::vector<std::string>& given);

// Removes the files of an earlier run (what is a link stays), so that nobody takes them for those
// of a run that then could not be played.
void remove_earlier_reports(const std::vector<ReportRequest>& requests);

// Whether it is written while the run is played.
bool is_live(const ReportRequest& request);
// Whether some report shows the events of every play.
bool shows_events(const std::vector<ReportRequest>& requests);

// A report that is written while the run is played, line after line.
class LiveReport {
 public:
  // Empties the file at `path`, or fails.
  static base::Result<std::unique_ptr<LiveReport>> open(const std::string& path);

  record::Observer& observer() { return lines_; }
  // Fails when some of it could not be written.
  base::Result<> written() const;

 private:
  using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  LiveReport(std::string path, File file)
      : path_(std::move(path)), file_(std::move(file)), lines_(file_.get()) {}

  std::string path_;
  File file_;
  report::JsonLines lines_;
};

// Opens those of the reports that are written while the run is played.
base::Result<std::vector<std::unique_ptr<LiveReport>>> open_live_reports(
    const std::vector<ReportRequest>& requests);

// Writes the others, each file whole or not at all.
base::Result<> write_reports(const std::vector<ReportRequest>& requests,
                             const record::RunResult& result);

}  // namespace peregrine::cli
