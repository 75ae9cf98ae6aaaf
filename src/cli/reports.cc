#include "cli/reports.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/text.h"
#include "report/json.h"
#include "report/junit.h"

namespace peregrine::cli {

using base::Code;
using base::fail;
using base::Result;

namespace {

using Format = std::string (*)(const record::RunResult&);
constexpr std::array<std::pair<std::string_view, Format>, 2> kFormats = {
    {{"json", report::to_json}, {"junit", report::to_junit}}};

Result<> write_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".part";
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file << text;
    file.flush();
    if (!file) return base::fail_errno(errno, fmt::format("write the report {}", path));
  }
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) return base::fail_errno(error.value(), fmt::format("write the report {}", path));
  return {};
}

}  // namespace

Result<std::vector<ReportRequest>> parse_reports(const std::vector<std::string>& given) {
  std::vector<ReportRequest> requests;
  for (const std::string& text : given) {
    const size_t equals = text.find('=');
    const std::string format = text.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == text.size()) {
      return fail(Code::invalid, "--report {}: write it as --report json=report.json", text);
    }
    if (std::ranges::find(kFormats, format, &std::pair<std::string_view, Format>::first) ==
        kFormats.end()) {
      return fail(Code::invalid, "--report {}: there is no format `{}`; there are `json`, `junit`",
                  text, format);
    }
    const std::filesystem::path folder =
        std::filesystem::absolute(text.substr(equals + 1)).parent_path();
    if (!std::filesystem::is_directory(folder)) {
      return fail(Code::invalid, "--report {}: there is no folder {}", text, folder.string());
    }
    requests.push_back({format, text.substr(equals + 1)});
  }
  return requests;
}

Result<> write_reports(const std::vector<ReportRequest>& requests,
                       const record::RunResult& result) {
  for (const ReportRequest& request : requests) {
    for (const auto& [name, format] : kFormats) {
      if (name == request.format) TRY_OK(write_file(request.path, format(result)));
    }
  }
  return {};
}

}  // namespace peregrine::cli
