// `--report FORMAT=PATH`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/results.h"

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

// Removes the files of an earlier run, so that nobody takes them for those of a run that then could
// not be played.
void remove_earlier_reports(const std::vector<ReportRequest>& requests);

// Writes each file whole or not at all.
base::Result<> write_reports(const std::vector<ReportRequest>& requests,
                             const record::RunResult& result);

}  // namespace peregrine::cli
